"""The store is an ordinary repository: plain git clones, logs, diffs and checks it."""

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from slopbench.errors import InfrastructureError, UsageError
from slopbench.snapshots import BrokenStream, SnapshotStore

DYING = """
import io, os, sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from slopbench.snapshots import SnapshotStore

class Deadly(io.BytesIO):
    def read(self, size=-1):
        if self.tell() > 300_000:
            os.kill(os.getpid(), 9)
        return super().read(size)

store = SnapshotStore.open(Path(sys.argv[1]))
store.add_tar(Deadly(sys.stdin.buffer.read()), "refs/attempts/p/1/2")
"""


@pytest.fixture
def two_checkpoints(store, make_tar, entry):
    one = store.add_tar(make_tar(entry(b"main.py", b"a\nb\n")), "refs/attempts/p/1/1")
    two = store.add_tar(
        make_tar(entry(b"main.py", b"a\nc\n"), entry(b"-x\n\xff", b"odd")),
        "refs/attempts/p/1/2",
        parent=one.commit,
    )
    return one, two


def test_a_plain_clone_carries_every_snapshot(store, two_checkpoints, user_git, tmp_path):
    said = user_git("clone", store.path, "clone")
    assert "warning" not in said
    clone = tmp_path / "clone"
    branches = user_git("branch", "-r", "--format=%(refname:short) %(objectname)", cwd=clone)
    assert f"origin/p/1/2/1 {two_checkpoints[1].commit}" in branches
    user_git("checkout", "--quiet", "p/1/2/1", cwd=clone)
    assert (clone / "main.py").read_bytes() == b"a\nc\n"
    assert (clone / os.fsdecode(b"-x\n\xff")).read_bytes() == b"odd"


def test_log_shows_the_way_and_diff_the_change(store, two_checkpoints, user_git):
    one, two = two_checkpoints
    bare = f"--git-dir={store.path}"
    log = user_git(bare, "log", "--format=%H", "refs/attempts/p/1/2").split()
    assert log == [two.commit, one.commit]
    diff = user_git(bare, "diff", "refs/attempts/p/1/1", "refs/attempts/p/1/2", "--", "main.py")
    assert "-b\n+c\n" in diff
    assert user_git(bare, "rev-parse", f"{two.commit}^{{tree}}").strip() == two.tree


def test_fsck_is_clean(store, two_checkpoints, user_git):
    assert user_git(f"--git-dir={store.path}", "fsck", "--strict", "--full") == ""


def test_the_commit_message_holds_the_manifest_as_json(store, make_tar, entry, ref, user_git):
    snapshot = store.add_tar(
        make_tar(
            entry(b"e \xff", type=tarfile.DIRTYPE, mode=0o755),
            entry(b"x", b"1", mode=0o600),
            entry(b"p\xff", type=tarfile.FIFOTYPE),
        ),
        ref,
    )
    message = user_git(f"--git-dir={store.path}", "log", "-1", "--format=%B", snapshot.commit)
    title, _, body = message.partition("\n\n")
    assert title == "tallyroom/1/1/1"
    assert json.loads(body) == {
        "schema": 1,
        "files": 1,
        "bytes": 1,
        "empty": ["e %FF"],
        "modes": {"x": "0600"},
        "skipped": [["p\\xff", "a named pipe"]],
    }


def test_a_second_snapshot_of_a_checkpoint_keeps_the_first_reachable(
    store, make_tar, entry, ref, user_git, content
):
    first = store.add_tar(make_tar(entry(b"a", b"1")), ref)
    second = store.add_tar(make_tar(entry(b"a", b"2")), ref)
    assert store.resolve(ref) == second
    user_git(f"--git-dir={store.path}", "gc", "--quiet", "--prune=now")
    assert content(first.commit)[b"a"][2] == b"1"
    branches = user_git(f"--git-dir={store.path}", "branch", "--format=%(refname:short)").split()
    assert branches == ["main", "tallyroom/1/1/1", "tallyroom/1/1/2"]


def test_equal_trees_have_equal_ids_in_any_store(store, make_tar, entry, ref, tmp_path):
    other = SnapshotStore.create(tmp_path / "other.git")
    trees = {s.add_tar(make_tar(entry(b"a", b"1")), ref).tree for s in (store, other)}
    assert len(trees) == 1


def test_settings_and_repositories_of_the_user_are_not_seen(
    tmp_path, make_tar, entry, ref, monkeypatch, user_git
):
    config = tmp_path / ".gitconfig"
    config.write_text("[core]\n\tautocrlf = true\n[init]\n\tdefaultBranch = odd\n\tbroken")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(tmp_path / "elsewhere"))
    store = SnapshotStore.create(tmp_path / "s.git")
    snapshot = store.add_tar(make_tar(entry(b"a", b"1\r\n")), ref)
    assert store.resolve(ref) == snapshot
    assert not (tmp_path / "elsewhere").exists()


def test_no_hook_of_the_repository_runs(store, make_tar, entry, ref, tmp_path):
    (store.path / "hooks").mkdir()
    hook = store.path / "hooks" / "reference-transaction"
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    hook.chmod(0o755)
    store.add_tar(make_tar(entry(b"a", b"1")), ref)
    assert not (tmp_path / "ran").exists()


def test_a_process_killed_in_the_middle_leaves_a_valid_store(store, make_tar, entry, user_git):
    kept = store.add_tar(make_tar(entry(b"a", b"1")), "refs/attempts/p/1/1")
    whole = make_tar(*(entry(b"f%d" % n, os.urandom(2000)) for n in range(200))).getvalue()
    command = [sys.executable, "-c", DYING, store.path]
    done = subprocess.run(command, input=whole, check=False)
    assert done.returncode == -signal.SIGKILL
    wait_for_importers(store.path)
    assert SnapshotStore.open(store.path).resolve("refs/attempts/p/1/2") is None
    user_git(f"--git-dir={store.path}", "fsck", "--strict")
    again = store.add_tar(io.BytesIO(whole), "refs/attempts/p/1/2")
    assert again.files == 200
    assert store.resolve("refs/attempts/p/1/1") == kept


def wait_for_importers(path: Path) -> None:
    """The orphaned git process sees the end of its input and ends by itself."""
    wanted = f"GIT_DIR={path}".encode()
    for _ in range(1000):
        environments = []
        for process in Path("/proc").glob("[0-9]*/environ"):
            try:
                environments.append(process.read_bytes())
            except OSError:
                continue
        if not any(wanted in environment.split(b"\0") for environment in environments):
            return
        time.sleep(0.01)
    raise AssertionError("git is still running")


def test_a_refused_stream_leaves_nothing_in_the_store(store, make_tar, entry, ref, user_git):
    before = set(store.path.iterdir())
    whole = make_tar(entry(b"a", b"x" * 5000)).getvalue()
    with pytest.raises(BrokenStream):
        store.add_tar(io.BytesIO(whole[:3000]), ref)
    assert set(store.path.iterdir()) == before
    assert user_git(f"--git-dir={store.path}", "for-each-ref", "--format=%(refname)").split() == [
        "refs/heads/main"
    ]


def test_a_store_is_not_created_over_something_else(store):
    with pytest.raises(UsageError, match="already exists"):
        SnapshotStore.create(store.path)


def test_a_folder_without_snapshots_is_not_opened(tmp_path):
    with pytest.raises(UsageError, match="holds no snapshots"):
        SnapshotStore.open(tmp_path)


def test_without_git_the_error_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InfrastructureError, match="apt-get install git"):
        SnapshotStore.create(tmp_path / "s.git")


@pytest.mark.parametrize(
    "ref", ["refs/heads/x", "refs/attempts/", "refs/attempts/a/../b", "HEAD", "-x"]
)
def test_a_reference_outside_of_attempts_is_refused(store, make_tar, ref):
    with pytest.raises(UsageError, match="can't name a snapshot"):
        store.add_tar(make_tar(), ref)


@pytest.mark.parametrize("commit", ["HEAD", "--help", "0" * 39])
def test_what_is_no_commit_id_is_refused(store, commit):
    with pytest.raises(UsageError, match="no commit id"):
        store.tar(commit)


def test_an_unknown_commit_is_an_error_with_gits_words(store):
    with pytest.raises(InfrastructureError, match="git cat-file failed"):
        store.tar("0" * 40)


def test_a_full_disk_is_told_in_gits_words_and_changes_nothing(
    store, make_tar, entry, ref, tmp_path, monkeypatch
):
    tools = tmp_path / "tools"
    tools.mkdir()
    real = shutil.which("git")
    (tools / "git").write_text(
        '#!/bin/sh\ncase "$*" in *fast-import*)\n'
        'echo "fatal: No space left on device" >&2; exit 128;;\n'
        f'esac\nexec {real} "$@"\n'
    )
    (tools / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    with pytest.raises(InfrastructureError, match=r"fast-import failed.*No space left"):
        store.add_tar(make_tar(entry(b"big", os.urandom(1 << 20))), ref)
    assert store.resolve(ref) is None


def test_attempts_that_end_at_the_same_time_are_all_kept(store, make_tar, entry, user_git):
    def attempt(sample):
        tar = make_tar(*(entry(b"f%d" % n, b"%d" % (sample * n)) for n in range(50)))
        return store.add_tar(tar, f"refs/attempts/p/{sample}/1")

    with ThreadPoolExecutor(8) as pool:
        snapshots = list(pool.map(attempt, range(1, 17)))
    assert [store.resolve(f"refs/attempts/p/{n}/1") for n in range(1, 17)] == snapshots
    user_git(f"--git-dir={store.path}", "fsck", "--strict")
