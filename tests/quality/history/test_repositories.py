"""Which repositories are read, and what is said of those that can't be."""

import pytest

from slopbench.errors import InfrastructureError, UsageError
from slopbench.quality.history.repository import Repository
from slopbench.quality.history.revisions import first_parents, tree_before


@pytest.fixture
def commit(work):
    """A commit with a folder of code."""
    return work.commit({"src/a.py": "a = 1\n", "b.py": "b = 1\n"})


def test_a_folder_in_the_work_tree_stands_for_that_folder(work, commit):
    (work.folder / "src").mkdir()
    repository = Repository.of(work.folder / "src")
    assert (repository.prefix, repository.path_of("")) == ("src", "src")
    assert repository.path_of("../c/./d") == "c/d"
    assert repository.path_of("..") == ""


@pytest.mark.parametrize("path", ["..", "src/../..", "/etc"])
def test_a_path_out_of_the_repository_is_refused(work, commit, path):
    with pytest.raises(UsageError, match="isn't in it"):
        work.opened().path_of(path)


def test_bare_and_linked_repositories_are_read(work, commit, tmp_path):
    work.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare"))
    work.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "linked"), commit)
    for name in ("bare", "linked"):
        repository = Repository.of(tmp_path / name)
        assert (repository.prefix, repository.resolve("HEAD")) == ("", commit)


def test_variables_of_git_in_the_environment_change_nothing(work, commit, tmp_path, monkeypatch):
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"):
        monkeypatch.setenv(name, str(tmp_path))
    assert work.opened().resolve("main") == commit


def test_what_belongs_to_no_repository_is_a_usage_error(tmp_path):
    for folder, words in ((tmp_path / "nowhere", "no folder"), (tmp_path, "no git repository")):
        with pytest.raises(UsageError, match=words):
            Repository.of(folder)


def test_a_repository_that_git_refuses_is_an_infrastructure_error(work):
    work.git("config", "core.repositoryFormatVersion", "99")
    with pytest.raises(InfrastructureError, match="version"):
        work.opened()


def test_without_git_the_error_says_how_to_get_it(work, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(InfrastructureError, match="git isn't installed"):
        work.opened()


@pytest.mark.parametrize("revision", ["nowhere", "--all", "HEAD..HEAD", "main:b.py", "", "\x1b[1m"])
def test_a_revision_that_names_no_commit_is_a_usage_error(work, commit, revision):
    with pytest.raises(UsageError, match="names no commit") as caught:
        work.opened().resolve(revision)
    assert str(caught.value).isprintable()


def test_an_empty_repository_has_no_commit(work):
    with pytest.raises(UsageError, match="HEAD names no commit"):
        first_parents(work.opened(), "HEAD")


def test_a_shallow_clone_says_what_it_lacks(work, commit, tmp_path):
    work.commit({"b.py": "b = 2\n"})
    work.git("clone", "--quiet", "--depth=1", f"file://{work.folder}", str(tmp_path / "shallow"))
    repository = Repository.of(tmp_path / "shallow")
    assert repository.shallow
    assert len(first_parents(repository, "HEAD")) == 1
    with pytest.raises(UsageError, match="fetch --unshallow"):
        repository.resolve(commit)


def test_a_partial_clone_is_refused_since_git_would_fetch(work, commit, tmp_path):
    work.git("config", "uploadpack.allowFilter", "true")
    source = f"file://{work.folder}"
    work.git("clone", "--quiet", "--bare", "--filter=blob:none", source, str(tmp_path / "partial"))
    with pytest.raises(UsageError, match="partial clone"):
        Repository.of(tmp_path / "partial")


def test_the_tree_before_a_change_is_that_of_the_same_folder(work, commit):
    work.commit({"src/a.py": "a = 2\n"})
    (work.folder / "src").mkdir()
    with tree_before(work.folder / "src", commit) as folder:
        assert {path.name: path.read_text() for path in folder.iterdir()} == {"a.py": "a = 1\n"}
    assert not folder.exists()


def test_the_tree_before_a_folder_came_is_empty(work, commit):
    (work.folder / "new").mkdir()
    with tree_before(work.folder / "new", "main") as folder:
        assert list(folder.iterdir()) == []
