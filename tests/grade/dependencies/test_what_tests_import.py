"""Which packages foreign tests need is read from their imports, and said before anything runs."""

import textwrap

import pytest

from slopbench.errors import UsageError
from slopbench.grade.dependencies.imports import foreign_modules
from slopbench.grade.dependencies.provide import refuse_missing
from slopbench.grade.dependencies.provide import test_requirements as requirements_of_tests
from slopbench.problem.bench import Bench


@pytest.fixture
def needed(tmp_path):
    """The foreign modules of a tests folder with these files."""

    def needed(**files: str) -> set[str]:
        folder = tmp_path / "tests"
        for name, text in files.items():
            path = folder / (name.replace("__", "/") + ".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text))
        return set(foreign_modules(folder))

    return needed


def test_what_python_the_grader_and_the_folder_have_is_not_needed(needed) -> None:
    found = needed(
        conftest="import pytest, json, tests.lib\nfrom _pytest import config\n",
        test_checkpoint_1="import helpers\nfrom lib.deep import x\nfrom . import helpers\n",
        helpers="import os.path\n",
        lib__deep="",
    )
    assert found == set()


@pytest.mark.parametrize(
    "line",
    [
        "import yaml",
        "import yaml.nodes as nodes",
        "from yaml import load",
        "if True:\n    import yaml",
        "def test():\n    from yaml.nodes import Node",
        "try:\n    import yaml\nexcept ImportError:\n    yaml = None",
        "import pytest\nyaml = pytest.importorskip('yaml')",
        "import importlib\nyaml = importlib.import_module('yaml.nodes')",
        "yaml = __import__('yaml')",
        "import yaml\nthis is no Python",
    ],
)
def test_any_way_to_import_a_package_counts(needed, line) -> None:
    assert needed(test_checkpoint_1=line) == {"yaml"}


def test_helpers_are_followed_and_data_is_not(needed) -> None:
    found = needed(
        test_checkpoint_1="import near\n",
        near="from far.away import x\n",
        far____init__="",
        far__away="import yaml\n",
        data__case_1="import numpy\n",
    )
    assert found == {"yaml"}


def test_what_only_type_checkers_read_is_not_needed(needed) -> None:
    code = """
        import typing
        if typing.TYPE_CHECKING:
            import yaml
        else:
            import numpy
    """
    assert needed(test_checkpoint_1=code) == {"numpy"}


def test_packages_that_every_set_may_use_are_asked_for_where_they_are_imported(tmp_path) -> None:
    folder = tmp_path / "set" / "greeter"
    (folder / "tests").mkdir(parents=True)
    (folder / "config.yaml").write_text(
        "name: greeter\nversion: 1\ndescription: Greets.\ntags: [cli]\nentry_file: greeter\n"
        "checkpoints: [checkpoint_1]\ntest_dependencies: [PyYAML>=6]\n"
    )
    (folder / "checkpoint_1.md").write_text("Greet.\n")
    (folder / "tests" / "conftest.py").write_text("import os, deepdiff\n")
    (folder / "tests" / "test_checkpoint_1.py").write_text("def test(): import yaml\n")
    problem = Bench.locate(folder.parent).problem("greeter")
    assert requirements_of_tests(problem) == ("PyYAML>=6", "deepdiff")
    with pytest.raises(UsageError, match="greeter: its tests need packages: deepdiff, yaml"):
        refuse_missing(problem)
