"""A solution's requirements.txt gives names and versions; all else in it is refused, with its line."""

import io
import tarfile

import pytest
import wheel_maker as make

from slopbench.grade.dependencies.requirements import Refused, parse, requirements_file

MARKERS = {"python_version": "3.13", "sys_platform": "linux", "extra": ""}


def parsed(text: str) -> list[str]:
    return list(parse(text.encode(), MARKERS))


def test_names_versions_and_extras_are_taken() -> None:
    text = "Flask>=2,<4\nzope.interface\nrequests[socks,Use_Chardet]==2.*\n"
    assert parsed(text) == [
        "flask<4,>=2",
        "requests[socks,use-chardet]==2.*",
        "zope-interface",
    ]


def test_comments_blank_lines_hashes_and_continued_lines_change_nothing() -> None:
    text = (
        "\ufeff# all that it needs\r\n\r\n  six==1.16.0 \\\r\n"
        "    --hash=sha256:00ff \\\r\n    --hash=sha256:11ff  # pinned\r\n\tidna\r\n"
    )
    assert parsed(text) == ["idna", "six==1.16.0"]


def test_a_marker_decides_and_is_not_passed_on() -> None:
    text = "six; python_version >= '3.8'\nidna; sys_platform == 'win32'\n"
    assert parsed(text) == ["six"]


@pytest.mark.parametrize(
    "line",
    [
        "-r other.txt",
        "--requirement=other.txt",
        "-c constraints.txt",
        "-e .",
        "--index-url https://evil.example/simple",
        "--extra-index-url https://evil.example/simple",
        "--find-links /etc",
        "six --index-url https://evil.example/simple",
        "six ; python_version > '3' --index-url https://evil.example/simple",
        "six @ https://evil.example/six-1.0-py3-none-any.whl",
        "six @ file:///etc/passwd",
        "git+https://evil.example/six",
        "https://evil.example/six-1.0-py3-none-any.whl",
        "./six-1.0-py3-none-any.whl",
        "/etc/passwd",
        "..",
        "${HOME}",
        "six===1.0",
        "six==1.0\u2028--index-url=https://evil.example",
        "six\x0b-r\x0bother.txt",
        "six\x00",
        "s\u0456x",
        "six; unknown_variable == '1'",
        "a" * 2000,
    ],
)
def test_what_is_no_name_with_versions_is_refused_with_its_line(line: str) -> None:
    with pytest.raises(Refused, match=r"^requirements.txt:2: "):
        parsed(f"idna\n{line}\n")


def test_a_deeply_nested_marker_breaks_nothing() -> None:
    assert parsed("six; " + "(" * 400 + "python_version > '3'" + ")" * 400) == ["six"]


def test_too_many_requirements_are_refused() -> None:
    with pytest.raises(Refused, match="more than 200"):
        parsed("".join(f"package{number}\n" for number in range(201)))


def test_other_encodings_are_refused() -> None:
    with pytest.raises(Refused, match="UTF-8"):
        parse("six".encode("utf-16"), MARKERS)


def test_the_words_of_a_refusal_are_short_and_printable() -> None:
    with pytest.raises(Refused) as caught:
        parsed("-r \x1b[2J" + "x" * 900)
    assert str(caught.value).isprintable() and len(str(caught.value)) < 200


def test_the_file_is_found_at_the_root_alone() -> None:
    stream = make.solution(None, deep="x")
    assert requirements_file(stream) is None
    stream = make.solution("six\n")
    stream.seek(7)
    assert requirements_file(stream) == b"six\n" and stream.tell() == 0


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE]
)
def test_a_link_in_place_of_the_file_is_refused(kind: bytes) -> None:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        member = tarfile.TarInfo("requirements.txt")
        member.type, member.linkname = kind, "/etc/passwd"
        archive.addfile(member)
    with pytest.raises(Refused, match="no regular file"):
        requirements_file(stream)


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(Refused, match="more than 65536 bytes"):
        requirements_file(make.solution("#" * 70_000))
