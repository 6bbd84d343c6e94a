"""Git repositories that tests make commit by commit, from the trees that they ask for."""

import os
import subprocess

import pytest

from slopbench.quality.history.repository import Repository
from slopbench.snapshots.writing import quoted

DAY = 86400
FIRST_DAY = 1767225600  # 2026-01-01
OWN_PLACE = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}


class Work:
    """A repository in which commits are made from whole trees, whatever is in the work tree."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments, stdin=b"", **variables):
        """What git prints, run in the work tree."""
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            input=stdin,
            capture_output=True,
            check=True,
            env={**os.environ, **OWN_PLACE, **variables},
        )
        return done.stdout.decode().strip()

    def commit(self, files, day=1, subject="a change", branch="main", merge=None):
        """Commit {path: content or (mode, content)} on a branch; the id of the commit.

        The content of a submodule is the id of its commit.
        """
        head = b"commit refs/heads/%s\ncommitter Ada <ada@example.org> %d +0200\n"
        stream = [head % (branch.encode(), FIRST_DAY + DAY * (day - 1)), data(subject.encode())]
        parents = self.git("for-each-ref", "--format=%(objectname)", f"refs/heads/{branch}")
        stream += [b"from %s\n" % parents.encode()] if parents else []
        stream += [b"merge %s\n" % merge.encode()] if merge else []
        stream += [b"deleteall\n", *(entry(*item) for item in files.items())]
        self.git("fast-import", "--quiet", "--force", stdin=b"".join(stream))
        return self.git("rev-parse", f"refs/heads/{branch}")

    def check_out(self, commit, folder):
        """A fresh checkout of a commit by git itself, in a new folder."""
        folder.mkdir()
        index = folder.with_name(f"{folder.name}.index")
        places = {"GIT_WORK_TREE": str(folder), "GIT_INDEX_FILE": str(index)}
        self.git("--git-dir", str(self.folder / ".git"), "read-tree", "-m", "-u", commit, **places)
        return folder

    def opened(self):
        return Repository.of(self.folder)


def entry(path, content):
    mode, content = content if isinstance(content, tuple) else ("100644", content)
    if mode == "160000":
        return b"M 160000 %s %s\n" % (content.encode(), quoted(os.fsencode(path)))
    content = content.encode() if isinstance(content, str) else content
    return b"M %s inline %s\n" % (mode.encode(), quoted(os.fsencode(path))) + data(content)


def data(content):
    return b"data %d\n%s\n" % (len(content), content)


@pytest.fixture
def new_work(tmp_path_factory):
    """new_work() gives another empty repository."""

    def make():
        return Work(tmp_path_factory.mktemp("repository") / "work")

    return make


@pytest.fixture
def work(new_work):
    """An empty repository."""
    return new_work()
