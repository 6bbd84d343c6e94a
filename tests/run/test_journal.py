"""The journal: what was appended is read back, torn ends are dropped, damage is named."""

import json
import os
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slopbench.errors import UsageError
from slopbench.run.journal import (
    Entry,
    Event,
    Journal,
    JournalError,
    Key,
    decode,
    encode,
    lock_owner,
    read_journal,
)

keys = st.builds(Key, st.text(max_size=20), st.integers(1, 9), st.integers(1, 9))
data = st.dictionaries(
    st.text(max_size=8),
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(st.characters(), max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=6,
    ),
    max_size=4,
)
entries = st.builds(
    Entry,
    st.integers(0, 10**9),
    st.just("2026-01-01T00:00:00.000Z"),
    st.sampled_from(list(Event)),
    st.none() | keys,
    st.none() | st.integers(1, 99),
    data,
)


def written(path: Path, count: int) -> bytes:
    with Journal(path, lambda entry: None) as journal:
        for number in range(count):
            journal.append(Event.PHASE_STARTED, Key("café", 1, 1), 1, {"phase": f"p{number}"})
    return path.read_bytes()


@given(entries)
def test_an_entry_is_read_as_it_was_written(entry: Entry) -> None:
    assert decode(encode(entry)) == entry


def test_a_line_has_exactly_the_documented_members_and_a_checksum_over_the_rest(tmp_path) -> None:
    line = written(tmp_path / "journal.jsonl", 1).decode()
    members = json.loads(line)
    assert list(members) == ["seq", "time", "event", "key", "try", "data", "crc"]
    assert members["key"] == {"problem": "café", "sample": 1, "checkpoint": 1}
    without = line.rstrip("\n").replace(f',"crc":"{members["crc"]}"', "")
    assert int(members["crc"], 16) == zlib.crc32(without.encode())


@settings(max_examples=40, deadline=None)
@given(cut=st.integers(0, 10_000))
def test_a_journal_cut_anywhere_holds_its_whole_lines_and_can_be_continued(
    tmp_path_factory, cut: int
) -> None:
    path = tmp_path_factory.mktemp("cut") / "journal.jsonl"
    content = written(path, 4)
    cut = min(cut, len(content))
    path.write_bytes(content[:cut])
    whole = content[:cut].count(b"\n")
    assert [entry.seq for entry in read_journal(path)] == list(range(whole))
    assert [entry["seq"] for entry in map(json.loads, content.splitlines()[:whole])] == list(
        range(whole)
    )
    with Journal(path, lambda entry: None) as journal:
        assert journal.append(Event.RUN_FINISHED, None, None, {}).seq == whole
    assert len(list(read_journal(path))) == whole + 1


@settings(max_examples=60, deadline=None)
@given(position=st.integers(0, 10_000), flip=st.integers(1, 255))
def test_a_changed_byte_before_the_last_line_is_an_error_that_names_file_and_line(
    tmp_path_factory, position: int, flip: int
) -> None:
    path = tmp_path_factory.mktemp("flip") / "journal.jsonl"
    content = bytearray(written(path, 4))
    last = content.rstrip(b"\n").rfind(b"\n") + 1
    position %= last
    line = content[:position].count(b"\n") + 1
    content[position] ^= flip
    path.write_bytes(content)
    with pytest.raises(JournalError) as caught:
        list(read_journal(path))
    assert caught.value.where == f"{path}, line {line}"
    with pytest.raises(JournalError):
        Journal(path, lambda entry: None)
    assert path.read_bytes() == bytes(content)


@pytest.mark.parametrize("tail", [b'{"seq":4,"ti', b'{"seq":4,"ti\n', b"\0\0\0\0", b"\n"])
def test_a_torn_last_line_is_dropped_and_cut_off_before_the_next_is_written(tmp_path, tail) -> None:
    path = tmp_path / "journal.jsonl"
    content = written(path, 4)
    path.write_bytes(content + tail)
    assert len(list(read_journal(path))) == 4
    with Journal(path, lambda entry: None):
        assert path.read_bytes() == content


def test_a_whole_last_line_with_a_wrong_checksum_is_damaged_not_torn(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_bytes(written(path, 4).replace(b"p3", b"p4"))
    with pytest.raises(JournalError, match="line 4: has a wrong checksum"):
        list(read_journal(path))


def test_a_missing_line_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    lines = written(path, 4).splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[2] + lines[3])
    with pytest.raises(JournalError, match="line 2: has seq 2 in place of 1"):
        list(read_journal(path))


def test_a_second_writer_is_refused_with_the_owner_and_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    with Journal(path, lambda entry: None) as journal:
        journal.append(Event.RUN_PLANNED, None, None, {})
        before = path.read_bytes()
        with pytest.raises(UsageError, match=r"is being written by process [0-9]+ on"):
            Journal(path, lambda entry: None)
        assert lock_owner(path)
        assert path.read_bytes() == before
    assert lock_owner(path) is None


def test_the_lock_of_a_killed_writer_is_recovered(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    code = (
        "import os, sys; from pathlib import Path\n"
        "from slopbench.run.journal import Event, Journal\n"
        "journal = Journal(Path(sys.argv[1]), lambda entry: None)\n"
        "journal.append(Event.RUN_PLANNED, None, None, {})\n"
        "os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(path)], check=False)
    assert killed.returncode == -9
    with Journal(path, lambda entry: None) as journal:
        assert journal.append(Event.RUN_FINISHED, None, None, {}).seq == 1


def test_a_full_disk_is_one_clear_error_and_a_later_write_is_refused(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.fail("this machine has no /dev/full")
    path = tmp_path / "journal.jsonl"
    with Journal(path, lambda entry: None) as journal:
        full = os.open("/dev/full", os.O_WRONLY)
        os.dup2(full, journal._file)
        os.close(full)
        with pytest.raises(JournalError, match="can't be written: No space left on device"):
            journal.append(Event.RUN_PLANNED, None, None, {})
        with pytest.raises(JournalError, match="an earlier write failed"):
            journal.append(Event.RUN_PLANNED, None, None, {})


def test_lines_that_are_appended_together_are_lines_like_others(tmp_path: Path) -> None:
    seen: list[Entry] = []
    with Journal(tmp_path / "journal.jsonl", seen.append) as journal:
        journal.append(Event.RUN_PLANNED, None, None, {})
        together = [(Event.PHASE_STARTED, Key("a", 1, n), 1, {"phase": "agent"}) for n in (1, 2)]
        assert [entry.seq for entry in journal.append_all(together)] == [1, 2]
        with pytest.raises(ValueError, match="JSON compliant"):
            journal.append_all([*together, (Event.RUN_FINISHED, None, None, {"x": float("nan")})])
        journal.append(Event.RUN_FINISHED, None, None, {})
    assert list(read_journal(tmp_path / "journal.jsonl")) == seen
    assert [entry.seq for entry in seen] == [0, 1, 2, 3]
