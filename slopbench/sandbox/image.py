"""The image of the docker backend: what it is built from, building it, finding it."""

import hashlib
import io
import os
import re
import tarfile
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docker.errors import ImageNotFound

import slopbench
from slopbench.errors import InfrastructureError, UsageError
from slopbench.sandbox.docker_engine import engine_errors

REPOSITORY = "slopbench/sandbox"
CURRENT = f"{REPOSITORY}:latest"
BASE, FULL = "base", "full"
VARIANTS = {BASE: CURRENT, FULL: f"{REPOSITORY}:full"}
"""The stages of the Dockerfile, and what an image of each is called when it was built last."""
IMAGE_VARIABLE = "SLOPBENCH_IMAGE"
"""Names another image than `CURRENT` to be used."""
DEFAULT_BASE = "python:3.13-slim"
RECIPE_LABEL = "slopbench.recipe"
BUILD_SECONDS = 3600
LOG_LINES = 30
CERTIFICATE_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")
LOCAL_CERTIFICATES = Path("/usr/local/share/ca-certificates")
STAGES = "stages"
"""The file of the context from which an image is built."""
STAGE = re.compile(rb"^(?=FROM )", re.MULTILINE)
STEP = re.compile(r"step (\d+)/(\d+) ?: (.*)", re.IGNORECASE)
MENDS = {
    "CERTIFICATE_VERIFY_FAILED": "give your network's certificates with --ca FILE",
    "certificate verif": "give your network's certificates with --ca FILE",
    "pull access denied": "build the base first, or name one that exists with --base",
    "registry": "where no registry can be reached: slopbench image bootstrap",
}

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Recipe:
    """What an image is made from: a Dockerfile, whose last stage it is, and what that builds on."""

    dockerfile: bytes
    base: str

    @property
    def id(self) -> str:
        """Names the Dockerfile whatever the base is; an image with another id is out of date."""
        return hashlib.sha256(self.dockerfile).hexdigest()[:16]

    @property
    def tag(self) -> str:
        """The name of the image, which changes with the Dockerfile and its arguments."""
        digest = hashlib.sha256(f"{self.id} {self.base}".encode()).hexdigest()
        return f"{REPOSITORY}:{digest[:12]}"

    def context(self, certificates: bytes) -> io.BytesIO:
        """The build context as a tar stream: the Dockerfile and certificates (PEM, or nothing).

        The file that steps may copy holds the first stage alone, so that all variants share what
        was built by it.
        """
        files = {"Dockerfile": b"".join(STAGE.split(self.dockerfile)[:2]), STAGES: self.dockerfile}
        if certificates:
            files["extra-ca.pem"] = certificates
        stream = io.BytesIO()
        with tarfile.open(fileobj=stream, mode="w") as archive:
            for name, data in files.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(data)
                archive.addfile(entry, io.BytesIO(data))
        stream.seek(0)
        return stream


@dataclass(frozen=True)
class Image:
    """An image that the engine holds: its id (`sha256:…`), its names, its size in bytes."""

    id: str
    tags: tuple[str, ...]
    size: int


def recipe(base: str = DEFAULT_BASE, variant: str = BASE) -> Recipe:
    """The recipe of this installation for a variant: the Dockerfile as far as that stage.

    So an image is out of date only when a stage that it was made by has changed. Raises UsageError
    for an unknown variant and InfrastructureError if the Dockerfile is missing.
    """
    if variant not in VARIANTS:
        raise UsageError(
            f"unknown variant {variant!r}", where="--variant", mend=f"give {' or '.join(VARIANTS)}"
        )
    return Recipe(stages_to(variant, dockerfile()), base)


def dockerfile() -> bytes:
    """The Dockerfile of this installation. Raises InfrastructureError if it is missing."""
    package = Path(slopbench.__file__).parent
    for place in (package / "_bench" / "Dockerfile", package.parent / "Dockerfile"):
        if place.is_file():
            return place.read_bytes()
    raise InfrastructureError(
        "the Dockerfile of the sandbox image is missing",
        where=str(package),
        mend="install slopbench again",
    )


def stages_to(name: str, text: bytes) -> bytes:
    """A Dockerfile up to the end of a stage. Raises InfrastructureError if it has none so named."""
    ending = f" AS {name}".encode()
    kept: list[bytes] = []
    for stage in STAGE.split(text):
        kept.append(stage)
        if stage.partition(b"\n")[0].endswith(ending):
            return b"".join(kept)
    raise InfrastructureError(
        f"has no stage {name}", where="Dockerfile", mend="install slopbench again"
    )


def certificates(named: Path | None) -> bytes:
    """Certificates (PEM) that a build needs beside the base's own: `named`, else this host's.

    The host's are the bundle that SSL_CERT_FILE or REQUESTS_CA_BUNDLE names, else what its
    administrator put into /usr/local/share/ca-certificates. Raises UsageError for a file that
    can't be read or holds none.
    """
    if named is not None:
        return read_certificates(named, "--ca")
    for variable in CERTIFICATE_VARIABLES:
        if os.environ.get(variable):
            return read_certificates(Path(os.environ[variable]), variable)
    local = sorted(LOCAL_CERTIFICATES.rglob("*.crt"))
    return b"\n".join(read_certificates(path, str(path)) for path in local)


def read_certificates(path: Path, where: str) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"can't read {path} ({error.strerror})", where=where, mend="name a PEM file"
        ) from error
    if b"-----BEGIN CERTIFICATE-----" not in data:
        raise UsageError(f"{path} holds no certificate", where=where, mend="name a PEM file")
    return data


def build(client: Any, made_from: Recipe, extra: bytes, progress: Progress) -> Image:
    """Build the image and name it; `progress` gets a line a step, and the log's end on failure.

    Raises InfrastructureError that names the step.
    """
    log = BuildLog(progress)
    with engine_errors("build the image"):
        stream = client.build(
            fileobj=made_from.context(extra),
            custom_context=True,
            dockerfile=STAGES,
            decode=True,
            rm=True,
            forcerm=True,
            tag=made_from.tag,
            timeout=BUILD_SECONDS,
            labels={RECIPE_LABEL: made_from.id},
            buildargs={"BASE_IMAGE": made_from.base},
            use_config_proxy=True,
        )
        log.read(stream)
        return described(client.inspect_image(made_from.tag))


class BuildLog:
    """Follows a build's stream: tells the steps, and keeps the last lines in case one fails."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.step = "the first step"
        self.lines: deque[str] = deque(maxlen=LOG_LINES)

    def read(self, stream: Iterable[dict[str, Any]]) -> None:
        """Read to the end. Raises InfrastructureError if the build failed."""
        for event in stream:
            if "error" in event:
                self.fail(str(event["error"]))
            for line in str(event.get("stream", "")).splitlines():
                self.take(line)

    def take(self, line: str) -> None:
        if line.strip():
            self.lines.append(line)
        found = STEP.match(line)
        if found:
            number, count, instruction = found.groups()
            self.step = f"step {number}/{count} ({' '.join(instruction.split())[:60]})"
            self.progress(self.step)

    def fail(self, reason: str) -> None:
        for line in self.lines:
            self.progress(f"  | {line}")
        text = "\n".join([*self.lines, reason])
        mend = next((mend for sign, mend in MENDS.items() if sign in text), "")
        raise InfrastructureError(
            f"{self.step} failed: {reason.strip()}", where="Dockerfile", mend=mend
        )


def add_tag(client: Any, image: Image, name: str) -> Image:
    """Give the image one more name, `repository[:tag]`."""
    repository, _, tag = name.partition(":")
    with engine_errors(f"name the image {name}"):
        client.tag(image.id, repository, tag or "latest", force=True)
        return described(client.inspect_image(image.id))


def find_image(client: Any) -> Image:
    """The image that is asked for, if this installation's Dockerfile made it, whatever its base.

    That is the one that SLOPBENCH_IMAGE names, else `CURRENT`, which the last build without a
    variant made. Raises InfrastructureError with the command that makes one.
    """
    name = os.environ.get(IMAGE_VARIABLE) or CURRENT
    option = f" --variant {FULL}" if name == VARIANTS[FULL] else ""
    mend = (
        f"slopbench image build{option}, or without a registry: slopbench image bootstrap{option}"
    )
    with engine_errors("find the image"):
        try:
            found = client.inspect_image(name)
        except ImageNotFound:
            raise InfrastructureError(f"there is no image {name}", mend=mend) from None
    made_by = (found["Config"].get("Labels") or {}).get(RECIPE_LABEL)
    if made_by not in {recipe(variant=variant).id for variant in VARIANTS}:
        raise InfrastructureError(f"the image {name} is of another Dockerfile", mend=mend)
    return described(found)


def described(inspected: dict[str, Any]) -> Image:
    """The engine's description of an image, shortened to what we use."""
    return Image(
        str(inspected["Id"]), tuple(inspected.get("RepoTags") or ()), int(inspected["Size"])
    )
