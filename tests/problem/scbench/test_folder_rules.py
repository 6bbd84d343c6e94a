"""What lies around config.yaml: specifications, tests, assets, solutions; and what an agent reads."""

import pytest

from slopbench.errors import UsageError
from slopbench.problem.faults import BrokenProblem
from slopbench.problem.scbench.load import load_scbench_problem
from slopbench.problem.scbench.sidecar import Added

MARK = "<!-- KEEP THIS OUT.\nmark 0000 -->\n"


def problem_at(folder):
    return load_scbench_problem(folder, [folder.parent], Added())


def read_spec(folder, text, language="python"):
    (folder / "checkpoint_1.md").write_text(text)
    return problem_at(folder).spec(1, language)


def test_the_leading_comment_is_stripped(write):
    assert read_spec(write(), MARK + "# Title\n") == "# Title\n"


def test_only_the_first_comment_is_stripped(write):
    text = MARK + "# Title\n<!-- part of the text -->\nmore\n<!-- and this -->\n"
    assert read_spec(write(), text) == text.removeprefix(MARK)


def test_a_comment_further_down_stays(write):
    assert read_spec(write(), "# Title\n<!-- note -->\n") == "# Title\n<!-- note -->\n"


def test_a_comment_that_never_ends_stays(write):
    assert read_spec(write(), "<!-- open\ntext\n") == "<!-- open\ntext\n"


@pytest.mark.parametrize(
    ("language", "file", "command"),
    [
        ("python", "tiny.py", "python tiny.py"),
        ("javascript", "tiny.js", "node tiny.js"),
        ("java", "tiny.java", "java tiny.java"),
        ("go", "tiny.go", "./tiny"),
        ("rust", "tiny.rs", "./tiny"),
    ],
)
def test_placeholders_become_file_and_command(write, language, file, command):
    text = "`%%%ENTRYPOINT:entry_file%%%` `%%%ENTRYPOINT:entry_command%%% x` %%%ENTRYPOINT:entry_file%%%"
    assert read_spec(write(), text, language) == f"`{file}` `{command} x` {file}"


def test_other_placeholders_stay(write):
    assert read_spec(write(), "%%%ENTRYPOINT:other%%% {entry}") == "%%%ENTRYPOINT:other%%% {entry}"


def test_spec_override_stands_for_the_file_and_is_treated_alike(write):
    override = MARK + "Run %%%ENTRYPOINT:entry_command%%%\n"
    folder = write(checkpoints={"checkpoint_1": {"spec_override": override}})
    (folder / "checkpoint_1.md").unlink()
    assert problem_at(folder).spec(1, "python") == "Run python tiny.py\n"


def test_an_unknown_language_or_checkpoint_is_a_usage_error(write):
    problem = problem_at(write())
    for n, language in ((1, "cobol"), (3, "python"), (0, "python")):
        with pytest.raises(UsageError, match="choose one of"):
            problem.spec(n, language)


def faults_of(folder):
    with pytest.raises(BrokenProblem) as caught:
        problem_at(folder)
    return [(str(fault.file.relative_to(folder)), fault.what) for fault in caught.value.faults]


def test_every_missing_file_is_told_at_once(write):
    folder = write()
    for name in ("checkpoint_2.md", "tests/conftest.py", "tests/test_checkpoint_1.py"):
        (folder / name).unlink()
    (folder / "checkpoint_1.md").write_text(MARK)
    assert faults_of(folder) == [
        ("checkpoint_1.md", "is empty"),
        ("checkpoint_2.md", "is missing or no plain file"),
        ("tests/conftest.py", "is missing"),
        ("tests/test_checkpoint_1.py", "is missing"),
    ]


def test_a_specification_that_is_no_utf_8_is_a_fault(write):
    folder = write()
    (folder / "checkpoint_1.md").write_bytes(b"\xff")
    assert faults_of(folder) == [("checkpoint_1.md", "is not UTF-8")]


@pytest.mark.parametrize("name", ["checkpoint_1.md", "tests/test_checkpoint_1.py", "tests/data/x"])
def test_a_link_is_refused(write, tmp_path, name):
    folder = write()
    (folder / "tests" / "data").mkdir()
    (tmp_path / "secret").write_text("def test_one(): pass")
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to(tmp_path / "secret")
    assert faults_of(folder)[0][0] == name


def test_a_tests_folder_that_is_a_link_is_refused(write, tmp_path):
    folder = write()
    (folder / "tests").rename(tmp_path / "tests")
    (folder / "tests").symlink_to(tmp_path / "tests")
    assert faults_of(folder) == [("tests", "is missing or no folder")]


def test_folders_that_the_format_does_not_know_are_left_alone(write, tmp_path):
    folder = write()
    (folder / "analysis").mkdir()
    (folder / "analysis" / "link").symlink_to(tmp_path)
    assert problem_at(folder).slug == "tiny"


@pytest.mark.parametrize("slug", ["-x", ".x", "a b", "ä"])
def test_a_folder_whose_name_can_be_no_problem_is_refused(write, slug):
    assert "none for a problem" in faults_of(write(slug))[0][1]


def test_names_may_have_underscores(write):
    assert problem_at(write("two_words")).slug == "two_words"


# Assets


def with_asset(write, **given):
    folder = write(static_assets={"stuff": given})
    (folder / "files" / "deep").mkdir(parents=True)
    (folder / "files" / "a.csv").write_text("1,2\n")
    return folder


def test_an_asset_is_a_file_or_a_folder_and_lies_where_it_lay(write):
    (asset,) = problem_at(folder := with_asset(write, path="files")).assets
    assert (asset.id, asset.path, asset.save_path) == ("stuff", folder / "files", "files")


def test_an_asset_may_have_another_place_in_the_workspace(write):
    (asset,) = problem_at(with_asset(write, path="files/a.csv", save_path="data/b.csv")).assets
    assert asset.save_path == "data/b.csv"


@pytest.mark.parametrize("key", ["path", "save_path"])
@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "files/../../x", ".", "", "a\0b", "a\\b"])
def test_a_path_that_leads_elsewhere_is_refused(write, key, path):
    folder = with_asset(write, **{"path": "files/a.csv", key: path})
    with pytest.raises(BrokenProblem, match=rf"static_assets\.stuff\.{key}: leads elsewhere"):
        problem_at(folder)


def test_a_missing_asset_is_a_fault(write):
    folder = with_asset(write, path="files/b.csv")
    assert faults_of(folder) == [("config.yaml", "is 'b.csv', which does not exist")]


@pytest.mark.parametrize("link", ["files/a.csv", "files", "files/deep/inner"])
def test_an_asset_behind_a_link_is_refused(write, tmp_path, link):
    path = "files" if link.endswith("inner") else "files/a.csv"
    folder = with_asset(write, path=path)
    target = folder / link
    if target.exists():
        target.rename(tmp_path / "moved")
    target.symlink_to(tmp_path / "moved")
    assert "symbolic link" in faults_of(folder)[0][1]


# Tests


def test_the_tests_of_a_checkpoint_are_its_own_and_the_earlier_ones(write):
    steps = {"a": {}, "b": {}, "c": {"include_prior_tests": False}, "d": {}}
    folder = write(checkpoints=steps)
    problem = problem_at(folder)
    run = [sorted(problem.test_tree(n)) for n in (1, 2, 3, 4)]
    assert run == [
        ["conftest.py", "test_a.py"],
        ["conftest.py", "test_a.py", "test_b.py"],
        ["conftest.py", "test_c.py"],
        ["conftest.py", "test_a.py", "test_b.py", "test_c.py", "test_d.py"],
    ]
    assert [problem.include_prior(n) for n in (1, 2, 3, 4)] == [True, True, False, True]


def test_everything_else_in_the_tests_folder_is_there_but_caches_and_stray_test_files(write):
    folder = write()
    for name in ("helpers.py", "data/case.json", "data/test_x.py", "__init__.py", "test_stray.py"):
        (folder / "tests" / name).parent.mkdir(exist_ok=True)
        (folder / "tests" / name).write_text("")
    for name in ("__pycache__/a.pyc", "data/__pycache__/b.pyc"):
        (folder / "tests" / name).parent.mkdir(exist_ok=True)
        (folder / "tests" / name).write_bytes(b"")
    tree = problem_at(folder).test_tree(1)
    assert sorted(tree) == [
        "__init__.py",
        "conftest.py",
        "data/case.json",
        "data/test_x.py",
        "helpers.py",
        "test_checkpoint_1.py",
    ]
    assert tree["data/case.json"] == folder / "tests/data/case.json"


def test_the_first_rule_that_fits_gives_the_group_of_a_new_test(write):
    markers = {
        "slow": {"group": "Functionality"},
        "vital": {"group": "Core"},
        "functionality": {"group": "Error"},
        "error": {"group": "Core"},
    }
    plain, own = problem_at(write()), problem_at(write(markers=markers))
    assert plain.group_of([]) == "core"
    assert plain.group_of(["functionality", "parametrize"]) == "functionality"
    assert plain.group_of(["functionality", "regression"]) == "regression"
    assert plain.group_of(["regression", "error"]) == "error"
    assert plain.group_of(["slow"]) == "core"
    assert own.group_of(["slow"]) == "functionality"
    assert own.group_of(["vital", "functionality"]) == "core"
    assert own.group_of(["functionality"]) == "error"
    assert own.group_of(["error", "slow"]) == "error"
    assert own.group_of(["regression", "slow"]) == "regression"


def test_test_functions_are_found_with_their_groups(write):
    folder = write(markers={"slow": {"group": "Error"}})
    (folder / "tests/test_checkpoint_1.py").write_text(
        "import pytest\n\ndef test_a(): ...\n\n"
        "class TestIt:\n    pytestmark = pytest.mark.slow\n    def test_b(self): ...\n\n"
        "@pytest.mark.regression\n@pytest.mark.functionality\ndef test_c(): ...\n"
    )
    found = [(test.id, test.groups) for test in problem_at(folder).test_functions(1)]
    assert found == [
        ("1/test_checkpoint_1.py::test_a", ("core",)),
        ("1/test_checkpoint_1.py::TestIt::test_b", ("error",)),
        ("1/test_checkpoint_1.py::test_c", ("regression",)),
    ]


# What tells one state of a problem from another


@pytest.mark.parametrize("name", ["config.yaml", "checkpoint_2.md", "tests/data.json", "sde/x"])
def test_the_hash_changes_with_every_file(write, name):
    folder = write()
    before = problem_at(folder).content_hash
    (folder / name).parent.mkdir(exist_ok=True)
    with (folder / name).open("a") as file:
        file.write("\n")
    assert problem_at(folder).content_hash != before


def test_the_hash_changes_with_what_the_user_adds(write):
    folder = write()
    shown = load_scbench_problem(folder, [folder.parent], Added(data="visible"))
    assert shown.data_visible
    assert not problem_at(folder).data_visible
    assert shown.content_hash != problem_at(folder).content_hash
