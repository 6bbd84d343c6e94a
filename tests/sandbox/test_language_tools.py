"""Tools that only some runs use: what a sandbox says of them, and the id that covers them."""

from pathlib import Path

import pytest

from slopbench.errors import InfrastructureError
from slopbench.sandbox import toolchain
from slopbench.sandbox.language_tools import closure, extended, tools_in, with_tools
from slopbench.sandbox.protocol import Backend, Purpose, SandboxSpec


def test_tools_are_told_with_version_and_hash(backend: Backend):
    with backend.create(SandboxSpec(Purpose.BUILD)) as sandbox:
        found = tools_in(sandbox, ["git", "no-such-tool", "true"])
    assert list(found) == ["git", "true"]
    version, hashed = found["git"].split()
    assert version == backend.toolchain().tools["git"].split()[0]
    assert len(hashed.removeprefix("sha256:")) == 12


def test_tools_that_the_id_covers_change_nothing(backend: Backend):
    assert with_tools(backend, ["python3", "git"]) == backend.toolchain()
    assert with_tools(backend, []) == backend.toolchain()


def test_missing_tools_are_all_named(backend: Backend):
    with pytest.raises(InfrastructureError, match=r"don't have no-such-one, no-such-two"):
        with_tools(backend, ["no-such-two", "git", "no-such-one"])


def test_id_of_an_image_covers_all_its_tools_already():
    assert extended("docker:sha256:12", {"go": "1.24.4 sha256:34"}) == "docker:sha256:12"


def test_id_of_host_tools_grows_with_what_is_used_and_keeps_what_is_shared():
    older, newer = (
        extended("bubblewrap:12", {"go": f"{version} sha256:34"}) for version in ("1.19", "1.20")
    )
    assert older != newer
    assert older.split("+")[0] == newer.split("+")[0] == "bubblewrap:12"


def test_tools_bring_those_that_they_use():
    assert closure(["cargo"]) == ["cargo", "cc", "rustc"]
    assert closure(["tsc", "node"]) == ["node", "tsc"]


def test_settings_of_java_are_shown_and_no_others_of_the_host(tmp_path: Path):
    for name in ("java-21-openjdk/security/java.security", "shadow", "javascript-common/x"):
        (tmp_path / "etc" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "etc" / name).write_text("x")
    arguments = toolchain.visible_arguments(toolchain.Root(tmp_path, (), "/usr/bin/python3"))
    assert arguments == ["--ro-bind", f"{tmp_path}/etc/java-21-openjdk", "/etc/java-21-openjdk"]


def test_compiler_that_nobody_uses_leaves_the_id_as_it_is(tmp_path: Path, monkeypatch):
    tools = tmp_path / "usr/bin"
    tools.mkdir(parents=True)
    monkeypatch.setattr(
        toolchain, "find_root", lambda: toolchain.Root(tmp_path, ("usr/bin",), "/usr/bin/python3")
    )
    ids = []
    for name in ("python3", "go", "javac"):
        (tools / name).write_text("#!/bin/sh")
        (tools / name).chmod(0o755)
        toolchain.host_toolchain.cache_clear()
        ids.append(toolchain.host_toolchain().id)
    toolchain.host_toolchain.cache_clear()
    assert len(set(ids)) == 1
