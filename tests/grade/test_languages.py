"""Solutions in other languages: built without network, started in places of their own, under the same limits.

Under bubblewrap with the tools of the host, under docker with the image of the variant full.
"""

import io
import json
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from slopbench.config import CANARY
from slopbench.errors import InfrastructureError
from slopbench.grade.grading import grade
from slopbench.grade.language import toolchain_for
from slopbench.grade.model import Grade
from slopbench.grade.validate import tar_of
from slopbench.problem.bench import Bench
from slopbench.problem.load import load_problem
from slopbench.problem.model import Problem
from slopbench.problem.tools import APT_PACKAGES
from slopbench.sandbox import image
from slopbench.sandbox.backends import pick_backend
from slopbench.sandbox.docker import Docker
from slopbench.sandbox.protocol import Backend

CHECKOUT = Path(__file__).parents[2]
FOLDER = CHECKOUT / "tests/fixtures/languages"
BENCH = Bench(FOLDER)
LANGUAGES = {
    "cpp": ("grid", ["g++"]),
    "go": ("words", ["go"]),
    "java": ("roster", ["java", "javac"]),
    "javascript": ("counter", ["node"]),
    "rust": ("rpn", ["cargo", "rustc", "cc"]),
    "typescript": ("slugs", ["node", "tsc"]),
}
"""For each language its problem, and the tools that it needs."""


def on_both_backends(languages: list[str]) -> list:
    """A case for each language and backend, with the markers of what it needs."""
    return [
        pytest.param(language, name, marks=marks, id=f"{language}-{name}")
        for language in languages
        for name, marks in (
            ("bubblewrap", [pytest.mark.language(*LANGUAGES[language][1])]),
            ("docker", [pytest.mark.docker, pytest.mark.full_image]),
        )
    ]


@pytest.fixture(scope="session")
def full_docker() -> Backend:
    """Docker sandboxes made of the image of the variant full, to which the backend then keeps."""
    backend = Docker()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(image.IMAGE_VARIABLE, image.VARIANTS[image.FULL])
        assert backend.check() == []
    return backend


@pytest.fixture
def sandboxes(request: pytest.FixtureRequest, name: str) -> Backend:
    return request.getfixturevalue("full_docker") if name == "docker" else pick_backend(name)


# The fixture problems


@pytest.mark.parametrize("n", [1, 2])
@pytest.mark.parametrize(("language", "name"), on_both_backends(sorted(LANGUAGES)))
def test_reference_is_built_and_passes(language, n, sandboxes):
    slug, _ = LANGUAGES[language]
    solution = tar_of(BENCH.reference(slug, language, n))
    found = grade(BENCH.problem(slug), n, solution=solution, language=language, backend=sandboxes)
    assert found.cause is None, found.build.log
    assert [test for test in found.tests if not test.passed] == [], found.log
    assert {int(test.id.split("/")[0]) for test in found.tests} == set(range(1, n + 1))


@pytest.mark.parametrize(("language", "name"), on_both_backends(["go", "java"]))
def test_source_that_does_not_compile_fails_all_tests(language, sandboxes):
    slug, _ = LANGUAGES[language]
    solution = tree({"go.mod": "module words\n", "main.go": "package", "Main.java": "class"})
    found = grade(BENCH.problem(slug), 1, solution=solution, language=language, backend=sandboxes)
    assert found.cause == "build_failed"
    assert "main.go" in found.build.log or "Main.java" in found.build.log
    assert found.tests and not any(test.passed for test in found.tests)


@pytest.mark.parametrize(("language", "name"), on_both_backends(sorted(LANGUAGES)))
def test_tools_of_a_language_are_told(language, sandboxes):
    slug, tools = LANGUAGES[language]
    told = toolchain_for([BENCH.problem(slug)], language, sandboxes)
    assert set(tools) <= set(told.tools)
    assert all(told.tools[tool][0].isdigit() for tool in tools), told.tools
    assert told.id.split("+")[0] == sandboxes.toolchain().id


@pytest.mark.language("node")
def test_run_in_another_language_goes_from_the_reference_to_the_report(tmp_path):
    command = f"run --bench {FOLDER} --problem counter --language javascript --runner reference"
    command += " --sandbox bubblewrap"
    done = subprocess.run(
        [sys.executable, "-m", "slopbench", *command.split(), "--out", tmp_path / "run", "--json"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["planned"], report["graded"], report["strict"]) == (2, 2, 1.0)
    assert report["subject"]["language"] == "javascript"


# Tools that are missing, and ids


def problem_with(folder: Path, entry: str, tests: str = "") -> Problem:
    """A problem with one checkpoint and this entry for a language `own`."""
    (folder / "own/1/tests").mkdir(parents=True)
    (folder / "own/problem.toml").write_text(
        f'schema = 1\nslug = "own"\ntitle = "Own"\npitch = "Own."\ninterface = "cli"\n'
        f'difficulty = "easy"\ntags = ["own"]\n\n[entry.own]\n{entry}\n\n'
        '[[checkpoint]]\nn = 1\ntitle = "All"\npunishes = "nothing"\n'
    )
    (folder / "own/1/spec.md").write_text(f"<!-- {CANARY} -->\n{{entry}}\n")
    some = "import pytest\n\n@pytest.mark.core\ndef test_some(run):\n    run().ok()\n"
    (folder / "own/1/tests/test_own.py").write_text(tests or some)
    return load_problem(folder / "own")


def test_missing_tool_is_named_before_a_run_with_the_cure(tmp_path, backend):
    problem = problem_with(
        tmp_path, 'command = "{root}/main"\nbuild = "no-such-compiler -o {root}/main"'
    )
    with pytest.raises(InfrastructureError) as caught:
        toolchain_for([problem], "own", backend)
    assert "no-such-compiler" in caught.value.what
    assert "--language own" in caught.value.what
    assert caught.value.mend


@pytest.mark.docker
def test_missing_compiler_of_an_image_leads_to_the_variant_with_it(tmp_path):
    problem = problem_with(tmp_path, 'command = "{root}/main"\nbuild = "go build -o {root}/main"')
    with pytest.raises(InfrastructureError, match=r"go.*--variant full.*SLOPBENCH_IMAGE"):
        toolchain_for([problem], "own", pick_backend("docker"))


def test_missing_compiler_of_the_host_leads_to_its_package(tmp_path, monkeypatch):
    monkeypatch.setitem(APT_PACKAGES, "no-such-javac", "default-jdk-headless")
    entry = 'command = "no-such-java {root}"\nbuild = "no-such-javac {root}/Main.java"'
    with pytest.raises(InfrastructureError) as caught:
        toolchain_for([problem_with(tmp_path, entry)], "own", pick_backend("bubblewrap"))
    assert "no-such-java, no-such-javac" in caught.value.what
    assert caught.value.mend == "apt-get install default-jdk-headless (as root)"


def test_language_without_tools_of_its_own_leaves_the_id_as_it_is(tmp_path, backend):
    problem = problem_with(tmp_path, 'command = "python3 {root}/main.py"')
    assert toolchain_for([problem], "own", backend) == backend.toolchain()


def test_tool_that_an_entry_names_becomes_part_of_the_id(tmp_path):
    backend = pick_backend("bubblewrap")
    problem = problem_with(
        tmp_path, 'command = "sh {root}/main.sh"\nbuild = "cp {root}/a {root}/b"'
    )
    told = toolchain_for([problem], "own", backend)
    assert told.id.startswith(f"{backend.toolchain().id}+")
    assert "cp" in told.tools
    assert told == toolchain_for([problem], "own", backend)


# Limits

LIMIT_TESTS = """
import pytest

@pytest.mark.core
@pytest.mark.parametrize("case", ["hold 600", "hold 1500", "threads 40", "threads 300"])
def test_case(run, case):
    what, count = case.split()
    assert run(what, count).ok().lines == [count]
"""

GREEDY = {
    "go": (
        'command = "{root}/own"\nbuild = "go build -buildvcs=false -o {root}/own {root}"',
        {
            "go.mod": "module own\n\ngo 1.18\n",
            "main.go": """
package main

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"sync"
	"time"
)

func main() {
	count, _ := strconv.Atoi(os.Args[2])
	var blocks [][]byte
	var all sync.WaitGroup
	for i := 0; i < count; i++ {
		if os.Args[1] == "hold" {
			blocks = append(blocks, bytes.Repeat([]byte("x"), 1<<20))
			continue
		}
		all.Add(1)
		go func() {
			runtime.LockOSThread()
			time.Sleep(time.Second)
			all.Done()
		}()
	}
	all.Wait()
	runtime.KeepAlive(blocks)
	fmt.Println(count)
}
""",
        },
    ),
    "java": (
        'command = "java -XX:+UseSerialGC -XX:ActiveProcessorCount=2 -Xmx768m -cp {root} Main"\n'
        'build = "javac -d {root} {root}/Main.java"',
        {
            "Main.java": """
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;

public class Main {
    public static void main(String[] words) throws Exception {
        int count = Integer.parseInt(words[1]);
        var blocks = new ArrayList<byte[]>();
        var all = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            if (words[0].equals("hold")) {
                blocks.add(new byte[1 << 20]);
                Arrays.fill(blocks.get(i), (byte) 1);
                all.countDown();
                continue;
            }
            var thread = new Thread(() -> {
                all.countDown();
                try {
                    all.await();
                } catch (InterruptedException end) {
                }
            });
            thread.setDaemon(true);
            thread.start();
        }
        all.await();
        System.out.println(count);
    }
}
"""
        },
    ),
    "javascript": (
        'command = "node {root}/main.js"',
        {
            "main.js": """
const { Worker } = require("node:worker_threads");
const [what, count] = process.argv.slice(2);
const blocks = [];
let missing = Number(count);
for (let i = 0; i < Number(count); i++) {
  if (what === "hold") {
    blocks.push(Buffer.alloc(1 << 20, 1));
    missing--;
    continue;
  }
  const code = "require('node:worker_threads').parentPort.on('message', () => {})";
  new Worker(code, { eval: true }).on("online", () => {
    if (--missing === 0) {
      console.log(count);
      process.exit(0);
    }
  });
}
if (missing === 0) {
  console.log(String(blocks.length));
}
"""
        },
    ),
}
"""A program that holds so many MiB, or has so many threads at once, in each language with a runtime."""


@pytest.mark.parametrize(("language", "name"), on_both_backends(sorted(GREEDY)))
def test_runtimes_get_what_a_problem_allows_and_not_more(language, sandboxes, tmp_path):
    entry, files = GREEDY[language]
    problem = problem_with(tmp_path, entry, LIMIT_TESTS)
    found = grade(problem, 1, solution=tree(files), language="own", backend=sandboxes)
    assert found.cause is None, found.build.log
    assert outcomes(found) == {
        "hold 600": True,
        "hold 1500": False,
        "threads 40": True,
        "threads 300": False,
    }, "\n".join(f"{test.reason}\n{test.detail}" for test in found.tests)


def outcomes(found: Grade) -> dict[str, bool]:
    return {test.id.partition("[")[2].rstrip("]"): test.passed for test in found.tests}


def tree(files: Mapping[str, str]) -> io.BytesIO:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, text in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))
    stream.seek(0)
    return stream
