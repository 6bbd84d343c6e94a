"""Groups are found by reading test files, wherever pytest lets a marker stand."""

import pytest

from slopbench.problem import markers


def groups_in(tmp_path, source):
    file = tmp_path / "test_x.py"
    file.write_text(source)
    return {test.id: test.groups for test in markers.test_functions(file, 3)}


@pytest.mark.parametrize(
    "source, groups",
    [
        ("@pytest.mark.core\ndef test_a(run): pass", ("core",)),
        ("@mark.core\ndef test_a(run): pass", ("core",)),
        ("@pytest.mark.core()\nasync def test_a(run): pass", ("core",)),
        ("def test_a(run): pass", ()),
        ("pytestmark = pytest.mark.error\ndef test_a(run): pass", ("error",)),
        (
            "pytestmark = [pytest.mark.error]\n@pytest.mark.core\ndef test_a(): pass",
            ("core", "error"),
        ),
        ("@pytest.mark.parametrize('core', [1])\ndef test_a(core): pass", ()),
        (
            "@pytest.mark.core\n@mark.parametrize('a', [pytest.param(1, marks=mark.error)])\n"
            "def test_a(a): pass",
            ("core", "error"),
        ),
        ("@slow.core\ndef test_a(): pass", ()),
    ],
)
def test_the_groups_of_a_function(tmp_path, source, groups):
    assert groups_in(tmp_path, source) == {"3/test_x.py::test_a": groups}


def test_a_class_hands_its_groups_to_its_methods(tmp_path):
    source = """
@pytest.mark.core
class TestA:
    def test_a(self): pass
    def helper(self): pass
class TestB:
    pytestmark = pytest.mark.error
    def test_b(self): pass
class Other:
    def test_c(self): pass
"""
    assert groups_in(tmp_path, source) == {
        "3/test_x.py::TestA::test_a": ("core",),
        "3/test_x.py::TestB::test_b": ("error",),
    }


def test_reading_a_test_file_does_not_run_it(tmp_path):
    groups_in(tmp_path, f"open({str(tmp_path / 'made')!r}, 'w')\ndef test_a(): pass")
    assert not (tmp_path / "made").exists()


def test_functions_are_counted_by_group(tmp_path):
    file = tmp_path / "test_x.py"
    file.write_text("@mark.core\ndef test_a(): pass\n@mark.core\ndef test_b(): pass\n")
    assert markers.count_groups(markers.test_functions(file, 1)) == {
        "core": 2,
        "functionality": 0,
        "error": 0,
    }
