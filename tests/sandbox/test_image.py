"""The image: what goes into its build, how a failed build is told, and what is in it."""

import contextlib
import io
import os
import subprocess
import sys
import tarfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from docker.errors import ImageNotFound
from hypothesis import given
from hypothesis import strategies as st

from slopbench.errors import InfrastructureError, UsageError
from slopbench.sandbox import bootstrap, docker_engine, image, rootfs, toolchain
from slopbench.sandbox.docker import Docker
from slopbench.sandbox.image import BuildLog, Image, Recipe
from slopbench.sandbox.protocol import Purpose, Sandbox, SandboxSpec

CHECKOUT = Path(__file__).parents[2]
PEM = b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
ENV = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/home/agent"}


def members(stream) -> dict[str, bytes]:
    with tarfile.open(fileobj=stream) as archive:
        return {entry.name: archive.extractfile(entry).read() for entry in archive}


# The recipe


def test_dockerfile_of_the_checkout_is_the_recipe():
    assert image.recipe(variant="full").dockerfile == (CHECKOUT / "Dockerfile").read_bytes()
    assert image.recipe().base == "python:3.13-slim"


def test_recipe_of_the_usual_image_ends_before_other_languages():
    usual, full = image.recipe(), image.recipe(variant="full")
    assert full.dockerfile.startswith(usual.dockerfile)
    assert b"golang" in full.dockerfile and b"golang" not in usual.dockerfile
    assert usual.id != full.id


STAGES = b"ARG X\nFROM ${X} AS base\nRUN one\n\nFROM base AS full\n# FROM here on\nRUN two\n"


def test_image_is_not_out_of_date_when_a_later_stage_changes():
    changed = STAGES.replace(b"two", b"three")
    assert image.stages_to("base", STAGES) == image.stages_to("base", changed)
    assert image.stages_to("base", STAGES) == b"ARG X\nFROM ${X} AS base\nRUN one\n\n"
    assert image.stages_to("full", STAGES) == STAGES


def test_steps_of_both_variants_copy_the_same_file_so_that_they_share_what_was_built():
    usual, full = (
        members(Recipe(image.stages_to(name, STAGES), "base").context(b""))
        for name in ("base", "full")
    )
    assert usual["Dockerfile"] == full["Dockerfile"] == usual["stages"]
    assert full["stages"] == STAGES


def test_missing_stage_is_an_error_of_the_installation():
    with pytest.raises(InfrastructureError, match="no stage full"):
        image.stages_to("full", b"FROM x AS base\n")


def test_unknown_variant_is_told_with_those_that_are_known():
    with pytest.raises(UsageError, match=r"'fuller'.*base or full"):
        image.recipe(variant="fuller")


def test_dockerfile_names_no_host():
    assert b"://" not in image.recipe(variant="full").dockerfile


@given(one=st.binary(), other=st.binary(), base=st.text(), another=st.text())
def test_tag_changes_with_the_dockerfile_and_with_the_base(one, other, base, another):
    assert (Recipe(one, base).tag == Recipe(other, another).tag) == (
        (one, base) == (other, another)
    )
    assert (Recipe(one, base).id == Recipe(other, another).id) == (one == other)


def test_context_holds_the_dockerfile_alone():
    found = members(Recipe(b"FROM x", "base").context(b""))
    assert found == {"Dockerfile": b"FROM x", "stages": b"FROM x"}


def test_context_holds_certificates_where_some_are_given():
    found = members(Recipe(b"FROM x", "base").context(PEM))
    assert found == {"Dockerfile": b"FROM x", "stages": b"FROM x", "extra-ca.pem": PEM}


# Certificates


@pytest.fixture
def bare_host(monkeypatch, tmp_path) -> Path:
    """A host that has no certificates of its own; the folder in which it would keep them."""
    for variable in image.CERTIFICATE_VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(image, "LOCAL_CERTIFICATES", tmp_path / "local")
    return tmp_path / "local"


def test_no_certificates_without_a_cause(bare_host):
    assert image.certificates(None) == b""


def test_certificates_of_the_administrator_are_used(bare_host):
    (bare_host / "company").mkdir(parents=True)
    (bare_host / "a.crt").write_bytes(PEM)
    (bare_host / "company" / "b.crt").write_bytes(PEM + b"b")
    assert image.certificates(None) == PEM + b"\n" + PEM + b"b"


@pytest.mark.parametrize("variable", image.CERTIFICATE_VARIABLES)
def test_variable_names_the_certificates(bare_host, tmp_path, monkeypatch, variable):
    (tmp_path / "bundle.pem").write_bytes(PEM)
    monkeypatch.setenv(variable, str(tmp_path / "bundle.pem"))
    assert image.certificates(None) == PEM


def test_option_comes_before_the_variable(bare_host, tmp_path, monkeypatch):
    (tmp_path / "named.pem").write_bytes(PEM)
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere.pem")
    assert image.certificates(tmp_path / "named.pem") == PEM


def test_missing_bundle_is_an_error(bare_host, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere.pem")
    with pytest.raises(UsageError, match=r"SSL_CERT_FILE: can't read /nowhere\.pem"):
        image.certificates(None)


def test_file_without_a_certificate_is_an_error(bare_host, tmp_path):
    (tmp_path / "key.pem").write_text("-----BEGIN PRIVATE KEY-----")
    with pytest.raises(UsageError, match="holds no certificate"):
        image.certificates(tmp_path / "key.pem")


# A build that fails


def failure(*events: dict) -> tuple[str, list[str]]:
    told: list[str] = []
    with pytest.raises(InfrastructureError) as caught:
        BuildLog(told.append).read(events)
    return str(caught.value), told


def test_failed_build_names_the_step_and_shows_the_log():
    message, told = failure(
        {"stream": "Step 1/2 : FROM base\n"},
        {"stream": "Step 2/2 : RUN   make   it\n"},
        {"stream": "cc: not found\n"},
        {"error": "returned a non-zero code: 7", "errorDetail": {}},
    )
    assert message == "Dockerfile: step 2/2 (RUN make it) failed: returned a non-zero code: 7"
    assert told[:2] == ["step 1/2 (FROM base)", "step 2/2 (RUN make it)"]
    assert "  | cc: not found" in told


def test_steps_are_read_as_podman_writes_them():
    told: list[str] = []
    BuildLog(told.append).read([{"stream": "STEP 3/9: RUN x\n"}, {"stream": "--> 12ab\n"}])
    assert told == ["step 3/9 (RUN x)"]


def test_failed_certificate_leads_to_the_option():
    message, _ = failure({"stream": "SSL: CERTIFICATE_VERIFY_FAILED\n"}, {"error": "code 1"})
    assert "--ca FILE" in message


def test_unreachable_registry_leads_to_bootstrap():
    message, _ = failure({"error": "Get https://registry.example/v2/: no such host"})
    assert "slopbench image bootstrap" in message


# Which image is used


class Holding:
    """An engine that holds images: their recipe labels by name."""

    def __init__(self, images: dict[str, str]) -> None:
        self.images = images

    def inspect_image(self, name: str) -> dict:
        if name not in self.images:
            raise ImageNotFound(name)
        labels = {image.RECIPE_LABEL: self.images[name]}
        return {"Id": f"id of {name}", "Size": 1, "Config": {"Labels": labels}}


@pytest.fixture
def holding(monkeypatch) -> Holding:
    """An engine with both variants and one image that another Dockerfile has made."""
    monkeypatch.delenv(image.IMAGE_VARIABLE, raising=False)
    names = {image.VARIANTS[name]: image.recipe(variant=name).id for name in image.VARIANTS}
    return Holding({**names, "mine:1": image.recipe(variant="full").id, "old:1": "0123"})


def test_usual_image_is_taken_whatever_else_there_is(holding):
    assert image.find_image(holding).id == "id of slopbench/sandbox:latest"


def test_full_image_never_stands_in_for_the_usual_one(holding):
    del holding.images[image.CURRENT]
    with pytest.raises(InfrastructureError, match=r"no image slopbench/sandbox:latest"):
        image.find_image(holding)


@pytest.mark.parametrize("name", ["slopbench/sandbox:full", "mine:1"])
def test_variable_names_the_image(holding, monkeypatch, name):
    monkeypatch.setenv(image.IMAGE_VARIABLE, name)
    assert image.find_image(holding).id == f"id of {name}"


def test_named_image_of_another_dockerfile_is_refused(holding, monkeypatch):
    monkeypatch.setenv(image.IMAGE_VARIABLE, "old:1")
    with pytest.raises(InfrastructureError, match=r"old:1 is of another Dockerfile"):
        image.find_image(holding)


def test_missing_full_image_is_told_with_the_command_that_makes_it(monkeypatch):
    monkeypatch.setenv(image.IMAGE_VARIABLE, "slopbench/sandbox:full")
    with pytest.raises(InfrastructureError, match=r"image build --variant full"):
        image.find_image(Holding({}))


# A base from Debian packages


@pytest.fixture
def tools(monkeypatch, tmp_path) -> Path:
    """The only folder on the PATH, empty."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("SLOPBENCH_STATE", str(tmp_path / "state"))
    return folder


def put_tool(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


class Importing:
    """An engine that imports archives; `imported` holds what it was given."""

    def __init__(self) -> None:
        self.imported: list[tuple[str, str, bytes]] = []

    def import_image_from_file(self, path: str, repository: str, tag: str) -> None:
        self.imported.append((repository, tag, Path(path).read_bytes()))


TARGETS = """cat <<'END'
Debian http://mirror.example/debian/
Debian http://second.example/debian/
Debian-Security http://mirror.example/security/
END"""


def test_missing_mmdebstrap_is_told_with_its_package(tools):
    with pytest.raises(InfrastructureError, match="apt-get install mmdebstrap"):
        bootstrap.bootstrap(Importing(), "trixie", None, print)


def test_unknown_suite_is_told_with_those_that_are_known(tools):
    with pytest.raises(UsageError, match=r"'buster'.*trixie or bookworm"):
        bootstrap.bootstrap(Importing(), "buster", None, print)


def test_mirrors_are_those_of_the_host(tools):
    put_tool(tools, "apt-get", TARGETS.replace("cat", "/bin/cat"))
    assert bootstrap.sources_of_host("trixie") == [
        "deb http://mirror.example/debian/ trixie main",
        "deb http://mirror.example/security/ trixie-security main",
    ]


@pytest.mark.parametrize("script", [None, "exit 100", "echo Other http://other.example/"])
def test_host_without_a_debian_mirror_is_an_error(tools, script):
    if script is not None:
        put_tool(tools, "apt-get", script)
    with pytest.raises(InfrastructureError, match=r"apt-get update.*--mirror"):
        bootstrap.sources_of_host("trixie")


def test_base_is_imported_under_the_name_of_its_suite(tools, tmp_path):
    put_tool(
        tools,
        "mmdebstrap",
        'for word; do [ -z "${word##*.tar}" ] && echo "$@" >"$word"; done; exit 0',
    )
    engine = Importing()
    name = bootstrap.bootstrap(engine, "bookworm", "http://mirror.example/debian", print)
    ((repository, tag, archive),) = engine.imported
    assert name == f"{repository}:{tag}" == "slopbench/base:bookworm"
    assert b" bookworm " in archive
    assert b"deb http://mirror.example/debian bookworm main" in archive
    assert list((tmp_path / "state").iterdir()) == []


def test_failed_bootstrap_gives_the_tools_own_words(tools, tmp_path):
    put_tool(tools, "mmdebstrap", "echo E: no such suite >&2; exit 1")
    engine = Importing()
    with pytest.raises(InfrastructureError, match="mmdebstrap failed: E: no such suite"):
        bootstrap.bootstrap(engine, "trixie", "http://mirror.example/debian", print)
    assert engine.imported == []
    assert list((tmp_path / "state").iterdir()) == []


# The tools as a folder


class Exporting:
    """An engine whose one container has the given files."""

    def __init__(self, stream: bytes) -> None:
        self.stream = stream
        self.containers: list[str] = []

    def create_container(self, image: str, command: list[str]) -> dict[str, str]:
        self.containers.append(image)
        return {"Id": image}

    def export(self, container: str) -> list[bytes]:
        return [self.stream[:700], self.stream[700:]]

    def remove_container(self, container: str, force: bool) -> None:
        self.containers.remove(container)


def tree(files: dict[str, int]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, mode in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode, entry.uid = 1, mode, 4321
            archive.addfile(entry, io.BytesIO(b"x"))
    return stream.getvalue()


@pytest.fixture
def state(monkeypatch, tmp_path) -> Path:
    monkeypatch.setenv("SLOPBENCH_STATE", str(tmp_path))
    return tmp_path


MADE = Image("sha256:" + "ab" * 32, ("name:latest",), 1)


def test_tools_are_left_without_places_and_setuid_bits(state):
    files = {"usr/bin/su": 0o4755, "etc/dev/x": 0o644, "usr/home/x": 0o644}
    left_out = {"dev/null": 0o666, "home/agent/x": 0o644, "var/x": 0o644}
    engine = Exporting(tree(files | left_out))
    folder = rootfs.export_rootfs(engine, MADE)
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert found == set(files)
    program = (folder / "usr/bin/su").stat()
    assert program.st_mode & 0o7777 == 0o755
    assert program.st_uid == os.geteuid()
    assert engine.containers == []


def test_tools_are_exported_once(state):
    folder = rootfs.export_rootfs(Exporting(tree({"usr/x": 0o644})), MADE)
    assert folder.parent == state / "rootfs"
    assert rootfs.export_rootfs(Exporting(b"not read"), MADE) == folder


def test_tools_that_were_exported_last_are_shown(state):
    other = Image("sha256:" + "cd" * 32, ("name:full",), 1)
    stream = tree({"usr/bin/python3": 0o755})
    for made in (MADE, other, MADE, other):
        folder = rootfs.export_rootfs(Exporting(stream), made)
        toolchain.find_root.cache_clear()
        found = toolchain.find_root().path
        toolchain.find_root.cache_clear()
        assert found == folder


def test_broken_export_leaves_nothing(state):
    engine = Exporting(b"this is no archive" * 100)
    with pytest.raises(InfrastructureError, match="can't unpack the image"):
        rootfs.export_rootfs(engine, MADE)
    assert list((state / "rootfs").iterdir()) == []
    assert [path.name for path in state.iterdir()] == ["rootfs"]
    assert engine.containers == []


# The command line


@pytest.mark.parametrize("command", ["build", "bootstrap"])
def test_command_without_an_engine_ends_with_a_line_and_status_3(command):
    done = subprocess.run(
        [sys.executable, "-m", "slopbench", "image", command],
        env={**os.environ, "DOCKER_HOST": "unix:///nowhere/docker.sock"},
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert done.stdout == ""
    assert done.stderr.startswith("error: unix:///nowhere/docker.sock: the Docker engine can't be")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("command", ["build", "bootstrap"])
def test_unknown_variant_ends_the_command_before_anything_is_made(command):
    done = subprocess.run(
        [sys.executable, "-m", "slopbench", "image", command, "--variant", "fuller"],
        env={**os.environ, "DOCKER_HOST": "unix:///nowhere/docker.sock"},
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "base or full" in done.stderr


# What an engine makes of it


@pytest.fixture
def engine() -> Iterator:
    with contextlib.closing(docker_engine.connect()) as client:
        yield client


@pytest.fixture
def base() -> str:
    return f"slopbench-test-{uuid.uuid4()}:latest"


@pytest.fixture
def own_base(engine, base) -> Iterator[str]:
    """A name for the built image, so that a build on it has a tag of its own."""
    repository, tag = base.split(":")
    engine.tag(image.CURRENT, repository, tag)
    yield base
    engine.remove_image(base)


@pytest.mark.docker
def test_build_is_named_and_certificates_are_seen_by_its_steps(engine, own_base):
    made_from = Recipe(
        b"ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\nCOPY Dockerfile extra-ca*.pem /seen/\n"
        b"RUN grep -q CERTIFICATE /seen/extra-ca.pem\n",
        own_base,
    )
    steps: list[str] = []
    built = image.build(engine, made_from, PEM, steps.append)
    try:
        assert [tag.removeprefix("docker.io/") for tag in built.tags] == [made_from.tag]
        assert "(RUN grep" in steps[-2]
        labels = engine.inspect_image(built.id)["Config"]["Labels"]
        assert labels[image.RECIPE_LABEL] == made_from.id
        assert len(image.add_tag(engine, built, own_base.replace("latest", "more")).tags) == 2
    finally:
        engine.remove_image(built.id, force=True)


@pytest.mark.docker
def test_failing_step_is_named_with_its_output(engine, own_base):
    made_from = Recipe(b"ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\nRUN echo before; exit 7\n", own_base)
    told: list[str] = []
    with pytest.raises(InfrastructureError, match=r"step \d/\d \(RUN echo before; exit 7\) failed"):
        image.build(engine, made_from, b"", told.append)
    assert "  | before" in told


@pytest.mark.docker
def test_missing_base_is_told_with_the_way_out(engine):
    made_from = Recipe(b"ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\n", "slopbench/never-made:latest")
    with pytest.raises(InfrastructureError, match=r"step \d/\d \(FROM .*(--base|bootstrap)"):
        image.build(engine, made_from, b"", lambda line: None)


@pytest.fixture(scope="module")
def inside() -> Iterator[Sandbox]:
    backend = Docker()
    assert backend.check() == []
    with backend.create(SandboxSpec(Purpose.AGENT)) as sandbox:
        yield sandbox


def ask(sandbox: Sandbox, script: str) -> str:
    done = sandbox.exec(["bash", "-c", script], cwd="/workspace", env=ENV)
    assert done.status == 0, done
    return done.stdout.decode().strip()


TOOLS = ("python3", "python", "pip", "node", "npm", "npx", "git", "make", "bash", "ps")


@pytest.mark.docker
@pytest.mark.parametrize("tool", TOOLS)
def test_agent_has_the_tools_that_it_expects(inside, tool):
    assert ask(inside, f"{tool} --version")


@pytest.mark.docker
def test_versions_are_those_that_the_image_promises(inside):
    assert ask(inside, "node --version").startswith("v22.")
    assert ask(inside, "python3 -c 'import sys; print(sys.version_info >= (3, 11))'") == "True"
    assert ask(inside, "readlink -f $(which python3)") == ask(
        inside, "readlink -f /usr/bin/python3"
    )


@pytest.mark.docker
def test_agent_works_at_home_and_makes_environments(inside):
    assert ask(inside, "id -un; id -u; cd; pwd") == "agent\n1000\n/home/agent"
    assert ask(inside, "python3 -m venv --without-pip v; v/bin/python -c 'print(6 * 7)'") == "42"
    assert ask(inside, "git init -q r && cd r && git status --short && echo well") == "well"


@pytest.mark.docker
def test_standard_library_is_compiled(inside):
    look = "import json, os; print(os.path.exists(json.__cached__))"
    assert ask(inside, f"python3 -I -c '{look}'") == "True"


@pytest.mark.docker
def test_nothing_of_the_build_and_of_its_host_is_left(inside):
    assert ask(inside, "ls -A /home /opt") == "/home:\nagent\n\n/opt:"
    assert ask(inside, "find / -xdev -name 'extra-ca*' 2>/dev/null || true") == ""
    assert ask(inside, "find /etc / -maxdepth 1 -name 'pip.conf' -o -name '.npmrc'") == ""
    assert ask(inside, "pip config list") == ""


@pytest.mark.docker
def test_image_holds_nothing_of_the_harness(inside):
    assert ask(inside, "find / -xdev -iname '*slopbench*' 2>/dev/null || true") == ""
