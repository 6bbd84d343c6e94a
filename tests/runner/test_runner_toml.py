"""runner.toml: what it may say, and exact words about what is wrong with it."""

import pytest

from slopbench.errors import UsageError
from slopbench.problem.bench import Bench
from slopbench.runner.load import choose_runner, find_runner, load_runner, runner_folders
from slopbench.runner.model import CommandRunner

GOOD = """schema = 1
kind = "command"
version = "2"
summary = "An agent of mine."
command = "my-agent --auto"
"""


@pytest.fixture
def mine(tmp_path):
    """mine(text) → the folder of a runner with this definition."""

    def make(text=GOOD, name="mine"):
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        (folder / "runner.toml").write_text(text)
        return folder

    return make


def test_every_runner_of_the_benchmark_loads():
    bench = Bench.locate(None)
    runners = {name: load_runner(folder) for name, folder in runner_folders(bench).items()}
    assert {"reference", "nop", "copy-previous", "sloppy", "command"} <= set(runners)
    assert all(runner.name == name for name, runner in runners.items())


@pytest.mark.parametrize(
    ("old", "new", "key", "words"),
    [
        ("schema = 1", "schema = 9", "schema", "write 1"),
        ("schema = 1\n", "", "schema", "is missing; add this key"),
        ('kind = "command"', "", "kind", "is missing; write one of: played, command"),
        ('kind = "command"', 'kind = "llm"', "kind", "is 'llm'; write one of: played, command"),
        ('version = "2"', 'version = ""', "version", "is ''"),
        ('version = "2"', 'versoin = "2"', "versoin", "is not a known key; did you mean version?"),
        ("command =", 'argv = ["a"]\ncommand =', "argv", "stands beside command; keep one of both"),
        ('command = "my-agent --auto"', "argv = []", "argv", "is empty; name a program"),
        ("command =", 'env = { "A-B" = "x" }\ncommand =', "env", "it has to match"),
        ('command = "my-agent --auto"', 'plays = "nothing"', "plays", "is not a known key"),
    ],
)
def test_a_fault_is_told_with_file_key_and_cure(mine, old, new, key, words):
    assert old in GOOD
    folder = mine(GOOD.replace(old, new))
    with pytest.raises(UsageError) as caught:
        load_runner(folder)
    message = str(caught.value)
    assert message.startswith(f"{folder / 'runner.toml'}: ")
    assert key in message
    assert words in message


def test_a_played_runner_plays_something_known(mine):
    text = 'schema = 1\nkind = "played"\nversion = "1"\nsummary = "x"\nplays = "chess"\n'
    with pytest.raises(UsageError, match=r"plays: is 'chess'; write 'reference', 'sloppy'"):
        load_runner(mine(text))


def test_what_is_no_toml_is_told_with_its_line(mine):
    with pytest.raises(UsageError, match=r"no valid TOML.*line 1"):
        load_runner(mine("schema = = 1"))


def test_a_folder_is_found_by_its_path_and_named_after_itself(bench, mine, monkeypatch, tmp_path):
    mine()
    monkeypatch.chdir(tmp_path)
    runner = find_runner(bench, "./mine")
    assert runner.name == "mine"
    assert runner.words() == ("sh", "-c", "my-agent --auto")


def test_a_folder_without_definition_is_named(bench, tmp_path):
    with pytest.raises(UsageError, match=r"runner\.toml: can't be read"):
        find_runner(bench, f"{tmp_path}/")


def test_an_unknown_name_gets_near_matches(bench):
    with pytest.raises(UsageError, match="did you mean reference"):
        find_runner(bench, "referense")


def test_runners_of_another_benchmark_come_before_the_built_in_ones(bench, tmp_path):
    folder = bench.root / "runners" / "nop"
    folder.mkdir(parents=True)
    (folder / "runner.toml").write_text(GOOD)
    assert find_runner(bench, "nop").version == "2"
    assert find_runner(bench, "reference").version == "1"


def test_the_command_runner_needs_a_command(bench):
    with pytest.raises(UsageError, match="runner command: has no command; add --command 'CMD'"):
        choose_runner(bench, "command", None)


def test_a_command_replaces_that_of_the_definition(bench, mine):
    runner = choose_runner(bench, f"{mine()}/", "other")
    assert runner.words() == ("sh", "-c", "other")


def test_a_played_runner_takes_no_command(bench):
    with pytest.raises(UsageError, match="takes no command"):
        choose_runner(bench, "nop", "true")


def test_the_identity_changes_with_command_environment_and_files(mine):
    folder = mine()
    first = load_runner(folder)
    assert isinstance(first, CommandRunner)
    assert first.identity.startswith("2+")
    identities = {first.identity, first.with_command("other").identity}
    (folder / "agent.py").write_text("print()\n")
    identities.add(load_runner(folder).identity)
    mine(GOOD + 'env = { A = "1" }\n')
    identities.add(load_runner(folder).identity)
    assert len(identities) == 4
    assert load_runner(folder).identity == load_runner(folder).identity
