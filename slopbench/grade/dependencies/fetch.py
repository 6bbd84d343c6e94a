"""Brings the file of a wheel from its address, bounded, and checks its hash."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from slopbench.errors import InfrastructureError
from slopbench.grade.dependencies.lock import MOST_BYTES, Wheel
from slopbench.grade.dependencies.requirements import Refused

CHUNK = 1 << 18
GONE = (404, 410)
TIMEOUTS = (15.0, 60.0)
"""Seconds to connect, and between two answers."""


def fetch(wheel: Wheel, file: BinaryIO, environment: Mapping[str, str]) -> None:
    """Write the wheel's file to `file` and seek back to 0.

    Raises Refused if it isn't the one that was chosen or is too large, InfrastructureError if it
    can't be had.
    """
    digest, size = hashlib.sha256(), 0
    for piece in pieces(wheel, environment):
        size += len(piece)
        if size > MOST_BYTES:
            raise Refused(f"{wheel.file}: is larger than {MOST_BYTES >> 20} MiB")
        digest.update(piece)
        file.write(piece)
    if digest.hexdigest() != wheel.sha256:
        raise Refused(f"{wheel.file}: is not the file that was chosen, its sha256 differs")
    file.seek(0)


def pieces(wheel: Wheel, environment: Mapping[str, str]) -> Iterator[bytes]:
    if urlsplit(wheel.url).scheme == "file":
        return local_pieces(Path(unquote(urlsplit(wheel.url).path)))
    return remote_pieces(wheel, environment)


def local_pieces(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while piece := file.read(CHUNK):
                yield piece
    except OSError as error:
        raise InfrastructureError(
            f"can't be read ({error.strerror})", where=str(path), mend="put the wheel back"
        ) from error


def remote_pieces(wheel: Wheel, environment: Mapping[str, str]) -> Iterator[bytes]:
    import requests

    try:
        answer = requests.get(
            wheel.url,
            headers={"Accept-Encoding": "identity"},
            auth=credentials(wheel.url, environment),
            verify=environment.get("SSL_CERT_FILE") or environment.get("SSL_CERT_DIR") or True,
            timeout=TIMEOUTS,
            stream=True,
        )
        with answer:
            if answer.status_code in GONE:
                raise Refused(f"{wheel.file}: the registry has it no more")
            answer.raise_for_status()
            yield from answer.iter_content(CHUNK)
    except requests.RequestException as error:
        raise InfrastructureError(
            f"can't be fetched from the registry ({type(error).__name__})",
            where=wheel.file,
            mend="see whether the registry answers; a password for it belongs in ~/.netrc",
        ) from error


def credentials(url: str, environment: Mapping[str, str]) -> tuple[str, str] | None:
    """The name and password in the address of the index, where the wheel lies on the same host.

    Without them `requests` looks into ~/.netrc.
    """
    for variable in ("UV_DEFAULT_INDEX", "UV_INDEX_URL"):
        index = urlsplit(environment.get(variable, ""))
        if index.username and index.hostname == urlsplit(url).hostname:
            return unquote(index.username), unquote(index.password or "")
    return None
