"""What problems need is found by reading: tools from commands, tests and specifications; packages."""

from pathlib import Path

import pytest

from slopbench.problem.bench import Bench
from slopbench.problem.needs import package_needs, tool_needs
from slopbench.problem.scaffold import new_problem
from slopbench.problem.tools import commands_in

CONFIG = """
name: tiny
description: Tiny.
tags: [cli]
entry_file: tiny
checkpoints: [checkpoint_1]
"""


@pytest.fixture
def needs(tmp_path):
    """The tools that a problem with this test file and this specification needs, by who asks."""

    def found(test="", spec="Do it.\n"):
        folder = tmp_path / "set" / "tiny"
        (folder / "tests").mkdir(parents=True, exist_ok=True)
        (folder / "config.yaml").write_text(CONFIG)
        (folder / "checkpoint_1.md").write_text(spec)
        (folder / "tests" / "conftest.py").write_text("")
        (folder / "tests" / "test_checkpoint_1.py").write_text(test)
        bench = Bench.locate(tmp_path / "set")
        return {need.tool: (need.by, *need.places) for need in tool_needs(bench, bench.problems())}

    return found


@pytest.mark.parametrize(
    ("line", "tool"),
    [
        ('subprocess.run(["node", "a.js"])', "node"),
        ('subprocess.Popen(("go", "run", "."), env={})', "go"),
        ('subprocess.run(args=["java", "-jar"])', "java"),
        ('run_tool(["node"] + words)', "node"),
        ('run_tool(["node", *words] + more + others)', "node"),
        ('os.system("perl a.pl | sort")', "perl"),
        ('subprocess.run("cd x && make all", shell=True)', "make"),
        ('subprocess.run("A=1 ruby x.rb", shell=True)', "ruby"),
        ('subprocess.run(f"node {script}", shell=True)', "node"),
        ('subprocess.run(["bash", "-c", "true"])', "bash"),
        ('asyncio.create_subprocess_exec("node", "a.js")', "node"),
        ('shutil.which("anything")', "anything"),
        ('which("node")', "node"),
        ('COMPILER = "g++"', "g++"),
        ('compilers = {"cpp": ["g++", "-O2"], "rust": ("rustc",)}', "rustc"),
    ],
)
def test_a_tool_is_seen_in_tests(needs, line, tool):
    assert needs(f"import os\n\n{line}\n")[tool] == ("tests", "tiny: tests/test_checkpoint_1.py:3")


@pytest.mark.parametrize(
    "line",
    [
        'languages = ["node", "go", "java"]',
        '"g++ is a compiler"',
        'data = {"type": "node"}',
        'record(["node", 1])',
        "which(name)",
        'which("no tool of that kind")',
        'subprocess.run([*entry, "node"])',
        "subprocess.run(entry)",
        '# subprocess.run(["node"])',
    ],
)
def test_what_only_looks_like_a_tool_is_none(needs, line):
    assert needs(line + "\n") == {}


def test_a_file_that_does_not_parse_is_still_looked_at(needs):
    assert needs('type X = int\ndef f[T]: ...\nCC = "rustc"\n')["rustc"] == (
        "tests",
        "tiny: tests/test_checkpoint_1.py:3",
    )


@pytest.mark.parametrize(
    ("spec", "tool"),
    [
        ("```bash\n$ node out.js\n```\n", "node"),
        ("```sh\nA=1 make all && ./run\n```\n", "make"),
        ("```\ng++ -O2 out.cpp\n```\n", "g++"),
        ("It is compiled by `rustc -O out.rs`.\n", "rustc"),
        ("`%%%ENTRYPOINT:entry_command%%% x`\n", "python"),
    ],
)
def test_a_tool_is_seen_in_specifications(needs, spec, tool):
    assert needs(spec=spec) == {tool: ("specification", "tiny: checkpoint_1.md")}


@pytest.mark.parametrize(
    "spec",
    ["Rust and node.\n", "```\ngo north\n```\n", "a `node` of a graph\n", "```bash\nls\n```\n"],
)
def test_prose_is_no_tool(needs, spec):
    assert needs(spec=spec) == {}


def test_tests_weigh_more_than_specifications(needs):
    assert needs('CXX = "g++"\n', "```sh\ng++ x.cpp\n```\n")["g++"][0] == "tests"


def test_languages_with_solutions_need_what_starts_and_builds_them(needs, tmp_path):
    needs()
    solution = tmp_path / "set" / "tiny" / "solutions" / "checkpoint_1"
    solution.mkdir(parents=True)
    (solution / "tiny.rs").write_text("")
    assert needs() == {"rustc": ("language", "tiny: entry of rust")}


def test_our_own_problems_need_what_their_entries_and_builds_name(tmp_path):
    new_problem(tmp_path, "pocket-money")
    file = tmp_path / "problems" / "pocket-money" / "problem.toml"
    go = '\n[entry.go]\ncommand = "{root}/tool"\nbuild = "go build -o {root}/tool {root}"\n'
    build = "build = \"sh -c 'cd {root} && tsc -p . && node check.js'\""
    ts = f'\n[entry.typescript]\ncommand = "node {{root}}/out.js"\n{build}\n'
    file.write_text(file.read_text() + go + ts)
    bench = Bench.locate(tmp_path)
    found = {need.tool: need for need in tool_needs(bench, bench.problems())}
    assert set(found) == {"python3", "go", "tsc", "node"}
    assert {need.by for need in found.values()} == {"language"}
    assert found["tsc"].places == ("pocket-money: entry of typescript",)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{root}/tool --x", []),
        ("./tool", []),
        ("make -C x; cargo build | tee log", ["make", "cargo", "tee"]),
        ("bash -c 'npm ci\nnpx tsc'", ["npm", "npx"]),
        ("echo 'unclosed", []),
        ("", []),
    ],
)
def test_commands_in_a_line(line, words):
    assert list(commands_in(line)) == words


def test_packages_of_tests_and_of_solutions_are_named(needs, tmp_path):
    needs()
    folder = tmp_path / "set" / "tiny"
    with (folder / "config.yaml").open("a") as file:
        file.write("test_dependencies: [requests]\n")
    (folder / "tests" / "shapes.py").write_text("import deepdiff\n")
    for name, text in (("checkpoint_1", "# nothing\n\n"), ("checkpoint_2", "click>=8\n")):
        (folder / "solutions" / name).mkdir(parents=True)
        (folder / "solutions" / name / "requirements.txt").write_text(text)
    (need,) = package_needs(Bench.locate(folder).problems())
    assert need.tests == ("requests", "deepdiff")
    assert need.program == ("solutions/checkpoint_2/requirements.txt",)


def test_problems_without_packages_have_no_such_need():
    bench = Bench.locate(Path(__file__).parents[1] / "fixtures" / "bench")
    assert package_needs(bench.problems()) == []
