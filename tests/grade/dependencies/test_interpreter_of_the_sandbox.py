"""What is known of the interpreter inside, which wheels are chosen for."""

import json

import pytest

from slopbench.config import WORKSPACE
from slopbench.errors import InfrastructureError
from slopbench.grade.dependencies.interpreter import Interpreter, interpreter_of, parsed
from slopbench.sandbox.protocol import Purpose, SandboxSpec


def interpreter(*tags: str) -> Interpreter:
    return Interpreter(tags, {"python_full_version": "3.13.5"}, "/usr/lib/python3/dist-packages")


@pytest.mark.parametrize(
    ("tag", "platform"),
    [
        ("cp313-cp313-manylinux_2_36_x86_64", "x86_64-manylinux_2_36"),
        ("cp313-cp313-manylinux_2_29_aarch64", "aarch64-manylinux_2_28"),
        ("cp313-cp313-manylinux_2_99_x86_64", "x86_64-manylinux_2_40"),
        ("cp313-cp313-musllinux_1_2_x86_64", "x86_64-unknown-linux-musl"),
    ],
)
def test_the_newest_platform_that_fits_is_asked_for(tag: str, platform: str) -> None:
    older = tag.replace("_2_", "_1_").replace("2_36", "2_17")
    assert interpreter("cp313-cp313-linux_x86_64", tag, older).platform == platform


@pytest.mark.parametrize("tag", ["cp313-cp313-linux_s390x", "cp313-cp313-manylinux_2_12_x86_64"])
def test_a_platform_without_wheels_is_said(tag: str) -> None:
    with pytest.raises(InfrastructureError, match="no wheels for its platform"):
        _ = interpreter(tag).platform


def test_the_interpreter_inside_is_asked_and_not_that_of_the_host(backend) -> None:
    found = interpreter_of(backend)
    code = "import platform, os; print(platform.python_version(), os.path.isdir(os.sys.argv[1]))"
    with backend.create(SandboxSpec(Purpose.GRADE)) as sandbox:
        done = sandbox.exec(
            ["python3", "-c", code, found.site], cwd=WORKSPACE, env={"PATH": "/usr/bin:/bin"}
        )
    assert done.stdout.decode().split() == [found.version, "True"]


@pytest.mark.parametrize("told", [b"", b"[]", b"{}", b'{"tags": [], "markers": {}}', b"\xff"])
def test_an_answer_that_is_no_use_is_an_error(told: bytes) -> None:
    with pytest.raises(InfrastructureError, match="doesn't tell what it is"):
        parsed(told)


def test_an_interpreter_without_a_folder_for_packages_is_said_with_a_mend() -> None:
    told = {"tags": ["x"], "markers": {}, "site": ""}
    with pytest.raises(InfrastructureError, match=r"no folder for packages.*dist-packages"):
        parsed(json.dumps(told).encode())
