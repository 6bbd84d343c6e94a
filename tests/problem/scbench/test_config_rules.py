"""config.yaml: each field of the format means what the format says, or is told to be wrong."""

import pytest

from slopbench.problem.faults import BrokenProblem


def faults(load, **changes):
    with pytest.raises(BrokenProblem) as caught:
        load(**changes)
    return [str(fault).partition("config.yaml")[2].lstrip(": ") for fault in caught.value.faults]


def test_a_problem_has_the_fields_that_every_room_uses(load):
    problem = load(difficulty="Hard", category="text", author="somebody", description="Two\nlines.")
    assert (problem.slug, problem.title, problem.pitch) == ("tiny", "tiny", "Two lines.")
    assert (problem.difficulty, problem.tags) == ("hard", ("cli",))
    assert problem.notes == {"category": "text", "author": "somebody"}
    assert [(each.n, each.title, each.punishes) for each in problem.checkpoints] == [
        (1, "checkpoint_1", ""),
        (2, "checkpoint_2", ""),
    ]
    assert problem.installs_requirements


def test_an_unknown_key_of_a_problem_is_left_alone(load):
    assert load(a_key_of_tomorrow={"any": ["thing"]}).slug == "tiny"


def test_an_unknown_key_of_a_checkpoint_is_an_error_with_the_key_that_was_meant(load):
    found = faults(load, checkpoints={"checkpoint_1": {"tiemout": 3}})
    assert found == ["checkpoints.checkpoint_1.tiemout: is not a known key; did you mean timeout?"]


def test_all_faults_are_told_at_once(load):
    found = faults(load, description=..., tags=[], difficulty="Odd", timeout=0)
    assert [fault.split(": ")[0] for fault in found] == [
        "description",
        "tags",
        "timeout",
        "difficulty",
    ]
    assert "difficulty: is 'Odd'; write 'Easy', 'Medium' or 'Hard'" in found


@pytest.mark.parametrize("state", ["Draft", "Core Tests", "Full Tests", "Verified"])
def test_each_state_is_known(load, state):
    assert load(checkpoints={"checkpoint_1": {"state": state}}).settings(1).state == state


def test_another_state_is_an_error(load):
    assert "write 'Draft'" in faults(load, checkpoints={"checkpoint_1": {"state": "Done"}})[0]


def test_checkpoints_may_be_a_list_of_names(load):
    problem = load(checkpoints=["checkpoint_1", "checkpoint_2", "checkpoint_3"])
    assert [problem.checkpoint_name(n) for n in (1, 2, 3)] == [
        "checkpoint_1",
        "checkpoint_2",
        "checkpoint_3",
    ]


def test_checkpoints_of_a_list_may_have_a_file_of_their_own(load, write):
    folder = write(checkpoints=["checkpoint_1"])
    (folder / "checkpoint_1").mkdir()
    (folder / "checkpoint_1" / "config.yaml").write_text("timeout: 7\n")
    assert load(checkpoints=["checkpoint_1"]).limits_at(1).test_timeout_s == 7


@pytest.mark.parametrize(
    "names", [["checkpoint_1", "checkpoint_1"], ["checkpoint_1", 2], [[]], ["a/b"]]
)
def test_a_list_of_anything_else_is_an_error(load, names):
    assert faults(load, checkpoints=names)[0].startswith("checkpoints")


@pytest.mark.parametrize("given", [{}, [], None, "checkpoint_1", 3])
def test_a_problem_without_checkpoints_is_an_error(load, given):
    with pytest.raises(BrokenProblem, match="checkpoints"):
        load(checkpoints=given)


def test_checkpoints_without_settings_have_the_defaults(load):
    settings = load(checkpoints={"checkpoint_1": None}).settings(1)
    assert (settings.version, settings.state, settings.include_prior_tests) == (1, "Draft", True)


def test_a_name_within_a_checkpoint_is_allowed_and_means_nothing(load):
    assert (
        load(checkpoints={"checkpoint_1": {"name": "other"}}).checkpoint_name(1) == "checkpoint_1"
    )


def test_checkpoints_are_in_the_order_of_their_order(load):
    steps = {"late": {"order": 3}, "early": {"order": 1}, "middle": {"order": 2}}
    problem = load(checkpoints=steps)
    assert [problem.checkpoint_name(n) for n in (1, 2, 3)] == ["early", "middle", "late"]


def test_equal_orders_are_in_the_order_of_their_names(load):
    problem = load(checkpoints={"b": {"order": 1}, "a": {"order": 1}})
    assert [problem.checkpoint_name(n) for n in (1, 2)] == ["a", "b"]


def test_a_checkpoint_without_an_order_has_that_of_its_position(load):
    problem = load(checkpoints={"z": {}, "a": {}, "first": {"order": 0}, "m": {"order": 2}})
    assert [problem.checkpoint_name(n) for n in (1, 2, 3, 4)] == ["first", "z", "a", "m"]


def test_a_timeout_is_inherited_and_overruled(load):
    steps = {"a": {}, "b": {"timeout": 2.5}, "c": {"timeout": None}}
    problem = load(timeout=40, checkpoints=steps)
    assert [problem.limits_at(n).test_timeout_s for n in (1, 2, 3)] == [40, 2.5, 300]
    assert load().limits_at(1).test_timeout_s == 300


def test_variables_are_merged_and_the_checkpoint_wins(load):
    problem = load(
        env={"A": "1", "B": "1"}, checkpoints={"a": {}, "b": {"env": {"B": "2", "C": "2"}}}
    )
    assert problem.environment_at(1) == {"A": "1", "B": "1"}
    assert problem.environment_at(2) == {"A": "1", "B": "2", "C": "2"}
    assert problem.environment == {"A": "1", "B": "1"}


@pytest.mark.parametrize("env", [{"PORT": 80}, {"A=B": "1"}, {"": "1"}, {"A": "\0"}, ["A"]])
def test_a_variable_that_no_process_can_have_is_an_error(load, env):
    assert faults(load, env=env)[0].startswith("env")


def test_markers_have_the_group_that_they_are_given(load):
    groups = {"a": "Core", "b": "Functionality", "c": "Error", "d": "Regression"}
    markers = {name: {"description": "x", "group": group} for name, group in groups.items()}
    assert load(markers=markers).markers == {
        "a": "core",
        "b": "functionality",
        "c": "error",
        "d": "regression",
    }


@pytest.mark.parametrize(
    "marker", [{"description": "x"}, {"group": "basic"}, {"group": "Core", "more": 1}, "Core"]
)
def test_a_marker_without_a_known_group_is_an_error(load, marker):
    assert faults(load, markers={"slow": marker})[0].startswith("markers.slow")


def test_a_group_is_known_in_any_case(load):
    assert load(markers={"slow": {"group": "FUNCTIONALITY"}}).markers == {"slow": "functionality"}


def test_an_entry_file_may_have_its_suffix(load):
    problem = load(entry_file="main.py")
    assert problem.entry_for("python").argv("/w") == ["python3", "/w/main.py"]
    assert problem.entry_for("javascript").argv("/w") == ["node", "/w/main.js"]


def test_test_dependencies_are_requirements(load):
    assert load(test_dependencies=["requests>=2", "pyyaml"]).test_dependencies == (
        "requests>=2",
        "pyyaml",
    )


@pytest.mark.parametrize("given", ["-r secrets.txt", "--index-url=http://x", "not a name", ""])
def test_what_is_no_requirement_is_an_error(load, given):
    assert "is no requirement" in faults(load, test_dependencies=[given])[0]


@pytest.mark.parametrize("library", ["jsonschema", "deepdiff"])
def test_libraries_that_tests_may_always_use_are_dependencies_where_they_are_used(
    load, write, library
):
    (write() / "tests" / "shapes.py").write_text(f"from {library} import validate\n")
    assert load().test_dependencies == (library,)


@pytest.mark.parametrize("entry", ["../main", "/main", "a b", "", "main; rm", "a/../b", "-c"])
def test_an_entry_file_is_a_name(load, entry):
    assert faults(load, entry_file=entry)[0].startswith("entry_file")


def test_the_entry_file_gives_the_commands_of_the_languages(load):
    problem = load(entry_file="src/tool")
    python, rust = problem.entry_for("python"), problem.entry_for("rust")
    assert python.argv("/w") == ["python3", "/w/src/tool.py"]
    assert problem.entry_for("javascript").argv("/w") == ["node", "/w/src/tool.js"]
    assert rust.argv("/w") == ["/w/src/tool"]
    assert rust.build == "rustc -O -o {root}/src/tool {root}/src/tool.rs"


@pytest.mark.parametrize("text", ["", "[]", "just words", "3", "{1: 2}", "null"])
def test_a_file_that_is_no_map_is_an_error(load, write, text):
    folder = write()
    (folder / "config.yaml").write_text(text)
    from slopbench.problem.scbench.load import load_scbench_problem
    from slopbench.problem.scbench.sidecar import Added

    with pytest.raises(BrokenProblem):
        load_scbench_problem(folder, [folder], Added())


def test_a_long_value_is_cut_in_the_message(load):
    assert len(faults(load, difficulty="x" * 5000)[0]) < 400
