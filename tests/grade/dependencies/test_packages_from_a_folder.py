"""Packages from a folder of wheels: what is chosen, what is refused, and what the program then sees."""

import json
import tarfile

import pytest
import wheel_maker as make

from slopbench.config import WORKSPACE
from slopbench.errors import InfrastructureError, UsageError
from slopbench.grade.dependencies import resolve
from slopbench.grade.dependencies.install import BELOW
from slopbench.grade.dependencies.interpreter import interpreter_of, program_site
from slopbench.grade.dependencies.model import NO_PACKAGES, Package
from slopbench.grade.dependencies.provide import NO_NETWORK, provide, require_test_packages
from slopbench.grade.dependencies.source import identity, source_of
from slopbench.sandbox.backends import pick_backend
from slopbench.sandbox.protocol import Purpose, SandboxSpec, Share


@pytest.fixture
def provided(backend, wheels):
    """Provides what a requirements.txt asks for from the folder of wheels."""

    def provided(requirements, *test_dependencies):
        asks = make.problem(*test_dependencies)
        return provide(asks, make.solution(requirements), backend, source_of(str(wheels)))

    return provided


@pytest.fixture
def inside(backend):
    """Runs Python in a sandbox that shows a folder of packages as grading does."""

    def inside(folder, code):
        share = Share(folder, program_site(backend))
        with backend.create(SandboxSpec(Purpose.BUILD, shares=(share,))) as sandbox:
            done = sandbox.exec(
                ["python3", "-c", code], cwd=WORKSPACE, env={"PATH": "/usr/local/bin:/usr/bin:/bin"}
            )
        assert done.status == 0, done.stderr.decode()
        return done.stdout.decode().strip()

    return inside


def names(found, of="program"):
    return {package.name: package.version for package in found.packages if package.of == of}


def test_a_requirement_brings_what_it_needs(provided, wheels, inside) -> None:
    make.wheel(wheels, "upper", requires=("lower>=2", "windows; sys_platform == 'win32'"))
    make.wheel(wheels, "lower", "1.0")
    path = make.wheel(wheels, "lower", "2.5")
    found = provided("upper\n")
    assert names(found) == {"lower": "2.5", "upper": "1.0"}
    assert Package("lower", "2.5", make.sha256(path), "program") in found.packages
    assert (found.grader, found.failure) == (None, None)
    assert found.record == (
        f"{identity(source_of(str(wheels)))}: 2 packages for the program; 0 packages for the tests"
    )
    assert inside(found.program, "import upper, lower; print(lower.VERSION)") == "2.5"


def test_byte_code_is_there_and_names_the_place_inside(provided, wheels, inside, backend) -> None:
    make.wheel(wheels, "coded", files={"coded/__init__.py": "def f(): pass\n"})
    code = (
        "import json, os, coded; print(json.dumps("
        "[os.path.exists(coded.__cached__), coded.f.__code__.co_filename]))"
    )
    is_there, place = json.loads(inside(provided("coded\n").program, code))
    assert is_there and place == f"{program_site(backend)}/{BELOW}/coded/__init__.py"


def test_a_module_that_does_not_compile_goes_without_byte_code(provided, wheels, inside) -> None:
    make.wheel(wheels, "halfway", files={"halfway.py": "", "halfway_old.py": "print 'two'\n"})
    assert inside(provided("halfway\n").program, "import halfway; print('ok')") == "ok"


def test_the_wheel_for_the_interpreter_inside_is_chosen(provided, wheels, backend, inside) -> None:
    inside_tag = interpreter_of(backend).tags[0]
    make.wheel(wheels, "native", files={"native.py": "KIND = 'any'\n"})
    make.wheel(wheels, "native", tag=inside_tag, files={"native.py": "KIND = 'best'\n"})
    make.wheel(wheels, "native", tag="cp39-cp39-linux_x86_64", files={"native.py": ""})
    assert inside(provided("native\n").program, "import native; print(native.KIND)") == "best"


@pytest.mark.parametrize(
    ("tag", "requirement"),
    [("cp39-cp39-manylinux_2_17_x86_64", "elsewhere"), ("py3-none-win32", "elsewhere")],
)
def test_a_wheel_for_another_python_alone_is_a_failure(provided, wheels, tag, requirement) -> None:
    make.wheel(wheels, "elsewhere", tag=tag)
    found = provided(f"{requirement}\n")
    assert found.program is None and "elsewhere" in found.failure
    assert found.failure in found.record


def test_a_source_distribution_is_not_built(provided, wheels, tmp_path) -> None:
    make.wheel(wheels, "other")
    trap = tmp_path / "built"
    setup = tmp_path / "setup.py"
    setup.write_text(f"open({str(trap)!r}, 'w')\n")
    with tarfile.open(wheels / "source-1.0.tar.gz", "w:gz") as archive:
        archive.add(setup, "source-1.0/setup.py")
    found = provided("source\n")
    assert found.program is None and "source" in found.failure
    assert not trap.exists()


@pytest.mark.parametrize(
    "requirements", ["other>=2\n", "missing\n", "other\nother>1\n", "-r more.txt\n", b"\xff\xfe"]
)
def test_what_a_solution_can_not_have_is_its_failure(provided, wheels, requirements) -> None:
    make.wheel(wheels, "other")
    found = provided(requirements)
    assert found.program is None and found.packages == ()
    assert found.failure and found.failure.isprintable()


def test_a_wheel_that_asks_for_an_address_is_refused(provided, wheels, tmp_path) -> None:
    hidden = make.wheel(tmp_path / "elsewhere", "hidden")
    make.wheel(wheels, "asking", requires=(f"hidden @ {hidden.as_uri()}",))
    found = provided("asking\n")
    assert found.program is None and found.failure


def test_a_hostile_wheel_is_a_failure_and_nothing_of_it_stays(
    provided, wheels, own_state, tmp_path
) -> None:
    make.add(make.wheel(wheels, "climbing"), "../../escaped_climbing.py", b"x")
    found = provided("climbing\n")
    assert found.program is None and "names a place" in found.failure
    assert not list(own_state.rglob("escaped_climbing*"))
    assert not list(own_state.glob("packages/*/tmp*"))


def test_a_wheel_that_changes_after_it_was_chosen_is_refused(provided, wheels, monkeypatch) -> None:
    path = make.wheel(wheels, "changing")
    choose = resolve.compiled

    def compiled(*arguments):
        ended = choose(*arguments)
        make.add(path, "added.py", b"x")
        return ended

    monkeypatch.setattr(resolve, "compiled", compiled)
    assert "sha256 differs" in provided("changing\n").failure


def test_the_same_question_has_the_same_answer_without_asking_again(
    provided, wheels, monkeypatch
) -> None:
    make.wheel(wheels, "steady")
    first = provided("steady\n")
    monkeypatch.setattr(resolve, "run_uv", None)
    assert provided("# another comment\nsteady ; python_version > '3'\n") == first


def test_everybody_may_read_what_is_installed(provided, wheels) -> None:
    make.wheel(wheels, "open")
    folder = provided("open\n").program
    for path in [folder, *folder.rglob("*")]:
        assert path.stat().st_mode & 0o444 == 0o444


def test_no_name_of_a_place_on_the_host_is_installed(provided, wheels, own_state) -> None:
    make.wheel(wheels, "silent")
    folder = provided("silent\n").program
    for path in filter(lambda path: path.is_file(), folder.rglob("*")):
        data = path.read_bytes()
        assert str(wheels).encode() not in data and str(own_state).encode() not in data


def test_the_tests_get_packages_of_their_own(provided, wheels) -> None:
    make.wheel(wheels, "judge")
    make.wheel(wheels, "helper")
    found = provided("helper\n", "judge>=1", "pytest>=7", "pytest-timeout")
    assert names(found) == {"helper": "1.0"}
    assert names(found, "tests") == {"judge": "1.0"}
    assert not list(found.grader.rglob("helper*"))
    assert not list(found.program.rglob("judge*"))


def test_two_wheels_with_one_file_leave_the_cached_wheels_alone(
    provided, wheels, own_state
) -> None:
    first = make.wheel(wheels, "alpha", files={"shared.py": "WHO = 'alpha'\n"})
    second = make.wheel(wheels, "beta", files={"shared.py": "WHO = 'beta'\n"})
    folder = provided("alpha\nbeta\n").program
    kept = own_state / "packages" / "wheels"
    assert (folder / BELOW / "shared.py").read_text() == "WHO = 'beta'\n"
    assert (kept / make.sha256(first) / "shared.py").read_text() == "WHO = 'alpha'\n"
    assert (kept / make.sha256(second) / "shared.py").read_text() == "WHO = 'beta'\n"


def test_test_packages_that_can_not_be_had_are_said_before_anything_runs(backend, wheels) -> None:
    make.wheel(wheels, "judge")
    with pytest.raises(UsageError, match="referee"):
        require_test_packages([make.problem("referee>=3")], backend, source_of(str(wheels)))


def test_a_missing_uv_is_said_with_its_mend(backend, wheels, monkeypatch) -> None:
    make.wheel(wheels, "judge")
    monkeypatch.setitem(__import__("sys").modules, "uv", None)
    with pytest.raises(UsageError, match=r"pip install 'slopbench\[wheels\]'"):
        require_test_packages([make.problem()], backend, source_of(str(wheels)))


def test_without_a_sandbox_there_are_no_packages(wheels) -> None:
    make.wheel(wheels, "judge")
    with pytest.raises(UsageError, match="in a sandbox only"):
        require_test_packages([make.problem()], pick_backend("none"), source_of(str(wheels)))


def test_a_problem_without_network_takes_no_packages(backend, wheels) -> None:
    make.wheel(wheels, "other")
    ours = make.problem(installs_requirements=False)
    solution = make.solution("-r /etc/passwd\n")
    assert provide(ours, solution, backend, source_of(str(wheels))) == NO_NETWORK


def test_without_a_source_requirements_are_recorded_and_not_installed(backend) -> None:
    found = provide(make.problem(), make.solution("-r /etc/passwd\n"), backend, NO_PACKAGES)
    assert (found.program, found.grader, found.packages) == (None, None, ())
    assert found.record.startswith("none: the solution's requirements.txt is not installed")
    assert found.failure is not None and "give --dependencies" in found.failure


@pytest.mark.parametrize("text", ["", "# nothing is needed\n\n", None])
def test_a_solution_that_asks_for_nothing_lacks_nothing_without_a_source(backend, text) -> None:
    found = provide(make.problem(), make.solution(text), backend, NO_PACKAGES)
    assert found.failure is None


def test_a_folder_without_wheels_is_no_source(tmp_path) -> None:
    for path in (tmp_path, tmp_path / "missing"):
        with pytest.raises(UsageError, match="no folder with wheels"):
            source_of(str(path))


def test_the_identity_of_a_folder_changes_with_any_wheel(wheels) -> None:
    path = make.wheel(wheels, "other")
    before = identity(source_of(str(wheels)))
    (wheels / "notes.txt").write_text("not a wheel")
    assert identity(source_of(str(wheels))) == before
    make.add(path, "more.py", b"x")
    assert identity(source_of(str(wheels))) != before


def test_a_wheel_that_has_gone_is_the_machines_fault(provided, wheels, monkeypatch) -> None:
    path = make.wheel(wheels, "leaving")
    choose = resolve.compiled

    def compiled(*arguments):
        ended = choose(*arguments)
        path.unlink()
        return ended

    monkeypatch.setattr(resolve, "compiled", compiled)
    with pytest.raises(InfrastructureError, match="can't be read"):
        provided("leaving\n")
