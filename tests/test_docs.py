"""Every command in the README and the docs runs, as it stands there."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", *ROOT.glob("docs/*.md")])
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)


def commands(page: Path) -> list[str]:
    """The lines of the page's `sh` blocks; a line that ends in a backslash goes on."""
    text = "".join(block.replace("\\\n", " ") for block in BLOCK.findall(page.read_text()))
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


@pytest.fixture
def checkout(tmp_path):
    """A folder that looks like the checkout, in which commands may leave what they make."""
    for name in (
        *("problems", "checkpoints", "runners", "analysis", "slopbench"),
        *("tests", "docs", "benchmarks"),
    ):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_of_the_page_runs(page, checkout):
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for command in commands(page):
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=checkout,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


def test_every_page_is_reachable_from_the_readme():
    readme = (ROOT / "README.md").read_text()
    assert not [
        page.name for page in PAGES if page.parent.name == "docs" and page.name not in readme
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text())
    local = [target for target in targets if not target.startswith(("http:", "https:"))]
    assert not [target for target in local if not (page.parent / target).exists()]


def test_the_image_of_the_readme_is_made_by_a_command(tmp_path):
    assert shutil.which("slopbench", path=Path(sys.executable).parent)
    assert (ROOT / "docs/images/report.svg").read_text().startswith("<svg")
