"""One runner, one checkpoint, a real sandbox: what it gets and leaves, how its end is called."""

import io
import tarfile

import pytest

from slopbench.config import WORKSPACE
from slopbench.errors import UsageError
from slopbench.runner.drive import Assignment, drive
from slopbench.runner.load import choose_runner, find_runner, load_runner
from slopbench.runner.trees import File, tar_of
from slopbench.sandbox.protocol import Outcome


@pytest.fixture
def work(bench, sandbox):
    """work(runner, checkpoint) → (outcome, files of the workspace with their modes)."""

    def run(runner, checkpoint=1, wall_seconds=20.0, **options):
        assignment = Assignment(bench, "adder", "python", checkpoint, "Add numbers.\n")
        outcome = drive(runner, assignment, sandbox, wall_seconds=wall_seconds, **options)
        with tarfile.open(fileobj=sandbox.get(WORKSPACE)) as archive:
            files = {
                info.name: (info.mode, archive.extractfile(info).read())
                for info in archive
                if info.isreg()
            }
        return outcome, files

    return run


@pytest.fixture
def left_before(sandbox):
    """What an earlier checkpoint left in the workspace."""
    sandbox.put(tar_of({"old/mine.py": File(b"mine\n"), "main.py": File(b"old\n")}), WORKSPACE)


def test_reference_replaces_the_workspace_by_the_known_answer(bench, work, left_before):
    outcome, files = work(find_runner(bench, "reference"), 2)
    assert outcome.cause is None
    assert sorted(files) == ["main.py", "part/run.sh"]
    assert files["main.py"][1].startswith(b'"""2: adds')
    assert files["part/run.sh"][0] == 0o755


def test_nop_leaves_the_workspace_as_it_was(bench, work, left_before):
    outcome, files = work(find_runner(bench, "nop"), 2)
    assert outcome.cause is None
    assert {name: data for name, (_, data) in files.items()} == {
        "old/mine.py": b"mine\n",
        "main.py": b"old\n",
    }


def test_copy_previous_plays_the_first_answer_and_then_nothing(bench, work):
    runner = find_runner(bench, "copy-previous")
    _, first = work(runner, 1)
    _, second = work(runner, 2)
    assert first["main.py"][1].startswith(b'"""1: adds')
    assert second == first


def test_a_played_runner_needs_a_reference_in_the_language(bench, sandbox):
    assignment = Assignment(bench, "adder", "javascript", 1, "")
    with pytest.raises(UsageError, match="no reference for checkpoint 1 in javascript"):
        drive(find_runner(bench, "reference"), assignment, sandbox, wall_seconds=1)


def test_a_command_gets_prompt_workspace_and_home_and_nothing_of_the_host(bench, work, monkeypatch):
    monkeypatch.setenv("API_KEY", "secret")
    command = 'pwd > where; env | sort > env; cat "$SLOPBENCH_PROMPT" > prompt; cat > stdin; ls ~'
    outcome, files = work(choose_runner(bench, "command", command))
    assert (outcome.cause, outcome.status) == (None, 0)
    assert files["where"][1] == b"/workspace\n"
    assert files["prompt"][1] == b"Add numbers.\n"
    assert files["stdin"][1] == b""
    variables = {line.split(b"=")[0] for line in files["env"][1].splitlines()}
    assert {b"HOME", b"PATH", b"SLOPBENCH_PROMPT"} <= variables
    assert b"API_KEY" not in variables
    assert b"HOME=/home/agent\n" in files["env"][1]


def test_a_command_continues_on_what_is_there(bench, work, left_before):
    _, files = work(
        choose_runner(bench, "command", "cat main.py old/mine.py > both; rm main.py"), 2
    )
    assert files["both"][1] == b"old\nmine\n"
    assert "main.py" not in files


def test_a_command_that_fails_is_told_apart_and_its_work_kept(bench, work):
    outcome, files = work(choose_runner(bench, "command", "echo half > done; echo no >&2; exit 7"))
    assert (outcome.cause, outcome.status, outcome.log) == ("agent_failed", 7, b"no\n")
    assert files["done"][1] == b"half\n"


def test_a_command_that_runs_too_long_is_ended_and_its_work_kept(bench, work):
    command = "echo half > done; trap '' TERM; while :; do sleep 1; done"
    outcome, files = work(choose_runner(bench, "command", command), wall_seconds=1.0)
    assert outcome.cause == "time_limit"
    assert files["done"][1] == b"half\n"


def test_a_program_that_does_not_exist_is_a_failed_agent(bench, work, tmp_path):
    runner = own_runner(tmp_path, 'argv = ["no-such-program"]')
    outcome, _ = work(runner)
    assert (outcome.cause, outcome.status) == ("agent_failed", 127)
    assert b"no-such-program" in outcome.log


def test_output_is_logged_as_it_comes_and_passed_on(bench, work):
    pieces = []
    runner = choose_runner(bench, "command", "echo one; sleep 0.3; echo two >&2")
    outcome, _ = work(runner, on_output=pieces.append)
    assert outcome.log == b"one\ntwo\n"
    assert b"".join(pieces) == outcome.log


def test_too_much_output_ends_the_agent(bench, work):
    outcome, _ = work(choose_runner(bench, "command", "yes"))
    assert outcome.cause == "agent_output"


def test_files_beside_the_definition_come_along_and_the_definition_does_not(bench, work, tmp_path):
    runner = own_runner(
        tmp_path, 'argv = ["sh", "/task/runner/agent.sh", "x y"]\nenv = { GREETING = "hello" }'
    )
    (runner.folder / "agent.sh").write_text('echo "$GREETING $1" > said; ls "$SLOPBENCH_RUNNER"\n')
    outcome, files = work(runner)
    assert files["said"][1] == b"hello x y\n"
    assert outcome.log == b"agent.sh\n"


@pytest.mark.parametrize(
    ("cause", "status", "name"),
    [
        (None, 0, None),
        (None, 1, "agent_failed"),
        (None, -9, "agent_failed"),
        ("wall_time", None, "time_limit"),
        ("memory", None, "agent_memory"),
        ("disk", None, "agent_disk"),
        ("files", None, "agent_files"),
        ("output", None, "agent_output"),
        ("sandbox_died", None, "sandbox_died"),
    ],
)
def test_every_end_has_a_name_that_the_failure_table_knows(bench, cause, status, name):
    from slopbench.run.failures import FAILURES

    class Ended:
        def put(self, tar: io.BytesIO, path: str) -> None: ...

        def path(self, inside: str) -> str:
            return inside

        def exec(self, argv, **options) -> Outcome:
            return Outcome(status, cause, b"", b"", 1.5)

    runner = choose_runner(bench, "command", "true")
    assignment = Assignment(bench, "adder", "python", 1, "")
    outcome = drive(runner, assignment, Ended(), wall_seconds=9)
    assert (outcome.cause, outcome.status, outcome.seconds) == (name, status, 1.5)
    assert name is None or name in FAILURES


def own_runner(tmp_path, lines):
    folder = tmp_path / "mine"
    folder.mkdir()
    text = f'schema = 1\nkind = "command"\nversion = "3"\nsummary = "Mine."\n{lines}\n'
    (folder / "runner.toml").write_text(text)
    return load_runner(folder)
