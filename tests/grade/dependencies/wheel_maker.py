"""Makes tiny wheels by hand, honest and hostile, solutions that ask for them, and an index of them."""

import hashlib
import io
import tarfile
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any


def metadata(name: str, version: str, requires: tuple[str, ...] = ()) -> str:
    needs = "".join(f"Requires-Dist: {each}\n" for each in requires)
    return f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}"


def wheel(
    folder: Path,
    name: str,
    version: str = "1.0",
    *,
    tag: str = "py3-none-any",
    requires: tuple[str, ...] = (),
    files: Mapping[str, str] | None = None,
    described_as: str | None = None,
) -> Path:
    """A wheel with a module of its own name, or with `files`."""
    info = f"{name}-{version}.dist-info"
    contents = dict(files if files is not None else {f"{name}.py": f"VERSION = '{version}'\n"})
    contents[f"{info}/METADATA"] = metadata(described_as or name, version, requires)
    contents[f"{info}/WHEEL"] = f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n"
    record = "".join(
        f"{path},sha256={hashlib.sha256(text.encode()).hexdigest()},{len(text)}\n"
        for path, text in contents.items()
    )
    contents[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}-{tag}.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, text in contents.items():
            archive.writestr(zipfile.ZipInfo(place), text)
    return path


def add(path: Path, entry: zipfile.ZipInfo | str, data: bytes = b"") -> Path:
    """Put one more entry into a wheel."""
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(entry, data)
    return path


def solution(requirements: str | bytes | None, **others: str) -> io.BytesIO:
    """A solution as a tar stream; in the names of other files `_py` stands for `.py`."""
    files = {name.replace("_py", ".py"): text.encode() for name, text in others.items()}
    if requirements is not None:
        is_text = isinstance(requirements, str)
        files["requirements.txt"] = requirements.encode() if is_text else requirements
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    stream.seek(0)
    return stream


def problem(*test_dependencies: str, installs_requirements: bool = True) -> Any:
    """As much of a problem as packages depend on."""
    return SimpleNamespace(
        slug="asks",
        installs_requirements=installs_requirements,
        test_dependencies=test_dependencies,
    )


@contextmanager
def index(
    folder: Path,
    *,
    broken: tuple[str, ...] = (),
    password: str | None = None,
    file_status: int = 200,
) -> Iterator[str]:
    """A package index on the loopback that has the wheels of a folder; the address of its root.

    For `broken` projects it answers 500; `file_status` is its answer for wheels.
    """

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = self.answer()
            self.send_response(status)
            if status == 401:
                self.send_header("WWW-Authenticate", "Basic")
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        do_HEAD = do_GET

        def answer(self) -> tuple[int, bytes]:
            if password is not None and "Authorization" not in self.headers:
                return 401, b""
            place, _, name = self.path.strip("/").partition("/")
            if place == "files":
                return file_status, (folder / name).read_bytes()
            if name in broken:
                return 500, b""
            found = [path for path in folder.iterdir() if project(path) == name]
            links = "".join(
                f'<a href="/files/{path.name}#sha256={sha256(path)}">{path.name}</a>'
                for path in found
            )
            return (200, links.encode()) if found else (404, b"")

        def log_message(self, *words: object) -> None:
            """Nothing on stderr."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    who = "" if password is None else f"somebody:{password}@"
    try:
        yield f"http://{who}127.0.0.1:{server.server_port}/simple"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def project(path: Path) -> str:
    return path.name.partition("-")[0].replace("_", "-").lower()


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
