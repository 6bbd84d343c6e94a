"""What a wheel may try when it is unpacked on the host; each test is named after the attack."""

import stat
import zipfile
from pathlib import Path

import pytest
import wheel_maker as make

from slopbench.grade.dependencies import unpack as unpacking
from slopbench.grade.dependencies.lock import Wheel
from slopbench.grade.dependencies.requirements import Refused
from slopbench.grade.dependencies.unpack import unpack


@pytest.fixture
def unpacked(tmp_path: Path):
    """Unpacks a wheel named `evil` and gives the files by their places."""

    def unpacked(path: Path) -> dict[str, Path]:
        folder = tmp_path / "a" / "b" / "unpacked"
        folder.mkdir(parents=True)
        with path.open("rb") as file:
            unpack(file, Wheel("evil", "1.0", path.name, path.as_uri(), ""), folder)
        assert not list(tmp_path.rglob("escaped*"))
        return {str(each.relative_to(folder)): each for each in folder.rglob("*") if each.is_file()}

    return unpacked


@pytest.fixture
def evil(wheels: Path) -> Path:
    return make.wheel(wheels, "evil")


def linked(name: str, kind: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.create_system, entry.external_attr = 3, (kind | 0o777) << 16
    return entry


def test_an_honest_wheel_gives_its_modules_and_description(unpacked, evil) -> None:
    assert set(unpacked(evil)) >= {"evil.py", "evil-1.0.dist-info/METADATA"}


@pytest.mark.parametrize(
    "name",
    [
        "../escaped.py",
        "evil/../../escaped.py",
        "/tmp/escaped.py",
        "//escaped.py",
        "./escaped.py",
        "evil//escaped.py",
        "..\\escaped.py",
        "C:\\escaped.py",
        "evil-1.0.data/purelib/../../escaped.py",
        "evil-1.0.data/scripts/../../../escaped.py",
        "deep/" * 300 + "escaped.py",
        "x" * 250,
        "\u00e4" * 130,
    ],
)
def test_names_that_lead_elsewhere_are_refused(unpacked, evil, name: str) -> None:
    with pytest.raises(Refused, match="names a place"):
        unpacked(make.add(evil, name))


def test_a_name_with_a_null_byte_is_refused(unpacked, evil) -> None:
    make.add(evil, "escapedXpy")
    evil.write_bytes(evil.read_bytes().replace(b"escapedXpy", b"escaped\0py"))
    with pytest.raises(Refused, match="names a place"):
        unpacked(evil)


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_links_and_devices_are_refused(unpacked, evil, kind: int) -> None:
    with pytest.raises(Refused, match="link or device"):
        unpacked(make.add(evil, linked("evil_data", kind), b"/etc/passwd"))


def test_a_file_that_is_there_twice_is_refused(unpacked, evil) -> None:
    with pytest.warns(UserWarning), pytest.raises(Refused, match="twice"):
        unpacked(make.add(evil, "evil.py", b"other"))


def test_a_file_that_is_also_a_folder_is_refused(unpacked, evil) -> None:
    with pytest.raises(Refused, match=r"File exists|Not a directory"):
        unpacked(make.add(evil, "evil.py/inner.py", b"x"))


def test_a_bomb_is_refused_by_what_it_declares(unpacked, evil, monkeypatch) -> None:
    monkeypatch.setattr(unpacking, "MOST_BYTES", 1 << 20)
    with pytest.raises(Refused, match="larger than 1 MiB unpacked"):
        unpacked(make.add(evil, "bomb.bin", bytes(5 << 20)))


def test_a_bomb_that_declares_less_than_it_holds_writes_no_more_than_declared(
    unpacked, evil, tmp_path
) -> None:
    size = 5 << 20
    make.add(evil, "bomb.bin", bytes(size))
    true, told = size.to_bytes(4, "little"), (1000).to_bytes(4, "little")
    evil.write_bytes(evil.read_bytes().replace(true, told))
    with pytest.raises(Refused):
        unpacked(evil)
    assert sum(path.stat().st_size for path in tmp_path.rglob("bomb.bin")) <= 1000


def test_too_many_files_are_refused_before_they_are_listed(unpacked, evil, monkeypatch) -> None:
    monkeypatch.setattr(unpacking, "MOST_FILES", 3)
    monkeypatch.setattr(unpacking, "places", None)
    with pytest.raises(Refused, match="more than 3 files"):
        unpacked(evil)


def test_a_huge_list_of_files_is_refused_before_it_is_read(unpacked, evil, monkeypatch) -> None:
    monkeypatch.setattr(unpacking, "MOST_DIRECTORY_BYTES", 100)
    monkeypatch.setattr(unpacking, "places", None)
    with pytest.raises(Refused, match="files"):
        unpacked(evil)


def test_the_format_for_huge_archives_is_refused(unpacked, evil, monkeypatch) -> None:
    with zipfile.ZipFile(evil, "a") as archive:
        monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 1)
        archive.comment = b"x"
    with pytest.raises(Refused, match="huge archives"):
        unpacked(evil)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_unusual_compression_is_refused(unpacked, evil, method: int) -> None:
    with zipfile.ZipFile(evil, "a", method) as archive:
        archive.writestr("more.py", "x" * 1000)
    with pytest.raises(Refused, match="unusual way"):
        unpacked(evil)


def test_a_wheel_that_describes_another_project_is_refused(unpacked, wheels) -> None:
    with pytest.raises(Refused, match=r"is requests 1\.0, not evil 1\.0"):
        unpacked(make.wheel(wheels, "evil", described_as="requests"))


def test_a_wheel_without_or_with_two_descriptions_is_refused(unpacked, evil, tmp_path) -> None:
    make.add(evil, "other-2.0.dist-info/METADATA", make.metadata("other", "2.0").encode())
    with pytest.raises(Refused, match="exactly one METADATA"):
        unpacked(evil)


@pytest.mark.parametrize(
    "damage", [lambda data: data[:-30], lambda data: b"", lambda data: b"PK" * 999]
)
def test_what_is_no_zip_file_is_refused(unpacked, evil, damage) -> None:
    evil.write_bytes(damage(evil.read_bytes()))
    with pytest.raises(Refused):
        unpacked(evil)


def test_damaged_content_is_refused(unpacked, evil) -> None:
    data = bytearray(evil.read_bytes())
    data[40:60] = bytes(20)
    evil.write_bytes(bytes(data))
    with pytest.raises(Refused):
        unpacked(evil)


def test_scripts_headers_and_data_are_left_out_and_libraries_kept(unpacked, wheels) -> None:
    data = "evil-1.0.data"
    path = make.wheel(
        wheels,
        "evil",
        files={
            f"{data}/scripts/run": "#!python\n",
            f"{data}/headers/evil.h": "",
            f"{data}/data/bin/run": "",
            f"{data}/purelib/evil/__init__.py": "",
            f"{data}/platlib/evil/fast.py": "",
        },
    )
    found = {name for name in unpacked(path) if not name.startswith("evil-1.0.dist-info")}
    assert found == {"evil/__init__.py", "evil/fast.py"}


def test_a_console_script_whose_name_leads_elsewhere_is_never_written(unpacked, wheels) -> None:
    points = "[console_scripts]\n../../../../escaped = evil:main\n"
    path = make.wheel(
        wheels, "evil", files={"evil.py": "", "evil-1.0.dist-info/entry_points.txt": points}
    )
    assert "evil.py" in unpacked(path)


def test_set_uid_bits_are_not_kept(unpacked, evil) -> None:
    tool = linked("evil_tool", stat.S_IFREG)
    tool.external_attr |= stat.S_ISUID << 16
    mode = stat.S_IMODE(unpacked(make.add(evil, tool, b"x"))["evil_tool"].stat().st_mode)
    assert mode == 0o755
