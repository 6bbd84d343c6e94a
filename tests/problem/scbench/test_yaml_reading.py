"""A YAML file of a stranger is data within bounds, or an error that says where."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slopbench.problem.faults import BrokenProblem
from slopbench.problem.scbench.config import Config
from slopbench.problem.scbench.load import load_scbench_problem
from slopbench.problem.scbench.sidecar import Added
from slopbench.problem.scbench.yaml_file import MOST_BYTES, read_yaml


@pytest.fixture
def read(tmp_path):
    def reading(text):
        file = tmp_path / "config.yaml"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_yaml(file)

    return reading


def fault(read, text):
    with pytest.raises(BrokenProblem) as caught:
        read(text)
    (found,) = caught.value.faults
    return found


def test_comments_and_a_byte_order_mark_are_no_part_of_the_data(read):
    assert read("\ufeff# a canary\na: [1, x]\n") == {"a": [1, "x"]}


def test_an_anchor_may_be_used(read):
    assert read("a: &x {b: 1}\nc: *x\nd: {<<: *x, e: 2}\n") == {
        "a": {"b": 1},
        "c": {"b": 1},
        "d": {"b": 1, "e": 2},
    }


def test_a_key_given_twice_is_refused_with_its_line(read):
    found = fault(read, "a: 1\nb:\n  c: 1\n  c: 2\n")
    assert (found.line, found.what) == (4, "has the key 'c' twice")


def test_a_bomb_of_aliases_is_refused_before_it_grows(read):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    assert "stands for more than" in fault(read, "\n".join(lines)).what


def test_a_bomb_of_merged_maps_is_refused(read):
    lines = ["a0: &a0 {k: v}"]
    lines += [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 10)}]}}" for n in range(1, 12)]
    assert "stands for more than" in fault(read, "\n".join(lines)).what


def test_an_alias_of_itself_is_refused(read):
    assert "alias of what it is part of" in fault(read, "a: &a [*a]\n").what


def test_a_deep_file_is_refused(read):
    assert "nested too deeply" in fault(read, "[" * 5000 + "]" * 5000).what


def test_a_large_file_is_refused(read):
    assert "is larger than" in fault(read, "# " + "x" * MOST_BYTES).what


def test_objects_are_refused(read):
    assert "could not determine a constructor" in fault(read, "a: !!python/name:os.system x").what


@pytest.mark.parametrize(
    "text",
    [
        "a: !!bool maybe",
        "a: !!timestamp never",
        "a: 2001-99-99",
        "a: !!int ''",
        "? [a]\n: b",
        "a: *x",
        "{",
        "a: 1\n---\nb: 2",
        "a: \x01",
        "a: !!binary ü",
        "a: !!float x",
        "? {a: 1}\n: 2",
    ],
)
def test_what_is_no_yaml_is_an_error(read, text):
    assert fault(read, text).mend


@pytest.mark.parametrize("text", [b"a: \xff", "a: 1".encode("utf-16")])
def test_what_is_no_utf_8_is_an_error(read, text):
    assert fault(read, text).what == "is not UTF-8"


def test_a_missing_file_is_an_error(tmp_path):
    with pytest.raises(BrokenProblem, match="no such file"):
        read_yaml(tmp_path / "config.yaml")


def test_a_link_is_refused(tmp_path):
    (tmp_path / "elsewhere").write_text("a: 1")
    (tmp_path / "config.yaml").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BrokenProblem, match="symbolic link"):
        read_yaml(tmp_path / "config.yaml")


SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.dates()
)
KEYS = st.one_of(st.sampled_from([*Config.model_fields, "checkpoint_1", "group", "path"]), SCALARS)
DATA = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
VALID = {"name": "x", "description": "y", "tags": ["z"], "entry_file": "x", "checkpoints": ["c"]}


def loads_or_says_why(folder, text):
    (folder / "config.yaml").write_bytes(text)
    try:
        load_scbench_problem(folder, [folder], Added())
    except BrokenProblem as error:
        assert error.faults
        assert all(each.what and each.mend for each in error.faults)


@settings(deadline=None)
@given(changes=st.dictionaries(KEYS, DATA, max_size=4))
def test_any_data_loads_or_is_a_fault(tmp_path_factory, changes):
    import yaml

    text = yaml.safe_dump({**VALID, **changes}, allow_unicode=True)
    loads_or_says_why(tmp_path_factory.mktemp("any"), text.encode("utf-8", "replace"))


@settings(deadline=None)
@given(
    text=st.one_of(st.binary(max_size=60), st.text(alphabet="ab:-[]{}&*!|>?,#'\" \n0", max_size=40))
)
def test_any_text_loads_or_is_a_fault(tmp_path_factory, text):
    data = text if isinstance(text, bytes) else text.encode()
    loads_or_says_why(tmp_path_factory.mktemp("any"), data)
