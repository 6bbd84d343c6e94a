"""The first process of a sandbox (PID 1): runs commands, moves files, watches limits.

The host streams this file to `python3` inside, so it is nowhere in the visible file tree, and speaks with it over
stdin and stdout: frames of one type byte, a length (4 bytes, big endian) and a payload. `J` is a JSON request or
answer, `D` a piece of data, `E` the end of data, `O` and `R` pieces of a command's stdout and stderr.
Only the standard library; it must not import anything of slopbench. Signals from inside the sandbox don't reach
it, and it isn't dumpable, so that what runs beside it can't trace it.
"""

import ctypes
import io
import json
import os
import resource
import select
import shutil
import signal
import stat
import struct
import sys
import tarfile
import time

CHUNK = 1 << 16
TICK = 0.05
PAGE = os.sysconf("SC_PAGE_SIZE")
PR_SET_DUMPABLE = 4
DRAIN_SECONDS = 5.0


def read_exactly(size):
    parts = []
    while size:
        part = os.read(0, min(size, 1 << 20))
        if not part:
            os._exit(0)
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def read_frame():
    kind, size = struct.unpack(">cI", read_exactly(5))
    return kind, read_exactly(size)


def write_frame(kind, payload=b""):
    data = memoryview(struct.pack(">cI", kind, len(payload)) + payload)
    while data:
        data = data[os.write(1, data) :]


def answer(**fields):
    write_frame(b"J", json.dumps(fields).encode())


class Incoming(io.RawIOBase):
    """The data frames of a request as a file."""

    def __init__(self):
        self.rest, self.ended = b"", False

    def readable(self):
        return True

    def readinto(self, buffer):
        while not self.rest and not self.ended:
            kind, self.rest = read_frame()
            self.ended = kind == b"E"
        size = min(len(buffer), len(self.rest))
        buffer[:size] = self.rest[:size]
        self.rest = self.rest[size:]
        return size

    def drain(self):
        while not self.ended:
            self.rest = b""
            self.readinto(bytearray(1))


class Outgoing(io.RawIOBase):
    """Data frames of an answer as a file."""

    def writable(self):
        return True

    def write(self, data):
        write_frame(b"D", bytes(data))
        return len(data)


def others():
    return [int(name) for name in os.listdir("/proc") if name.isdigit() and name != "1"]


def reap():
    """Collect ended children; their exit statuses by pid."""
    ended = {}
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return ended
        if pid == 0:
            return ended
        ended[pid] = status


def kill_all():
    """End every other process here, however fast they multiply."""
    deadline = time.monotonic() + DRAIN_SECONDS
    while time.monotonic() < deadline:
        try:
            os.kill(-1, signal.SIGKILL)
        except ProcessLookupError:
            pass
        reap()
        if not others():
            return
        time.sleep(0.002)
    os._exit(1)


def anonymous_bytes(pid):
    """Private memory of a process, shared pages divided among those who share them.

    A process can forbid this look at itself; then its pages count in full.
    """
    try:
        with open(f"/proc/{pid}/smaps_rollup") as lines:
            return sum(int(line.split()[1]) for line in lines if line.startswith("Pss_Anon")) * 1024
    except (OSError, ValueError):
        return private_pages(pid) * PAGE


def private_pages(pid):
    try:
        with open(f"/proc/{pid}/statm") as file:
            fields = file.read().split()
        return int(fields[1]) - int(fields[2])
    except (OSError, ValueError, IndexError):
        return 0


def memory_exceeds(limit):
    pids = others()
    if sum(private_pages(pid) for pid in pids) * PAGE <= limit:
        return False
    return sum(anonymous_bytes(pid) for pid in pids) > limit


def disk_used(folders):
    """Bytes and files in the writable places, without walking them."""
    size = files = 0
    for folder in folders:
        found = os.statvfs(folder)
        size += (found.f_blocks - found.f_bfree) * found.f_frsize
        files += found.f_files - found.f_ffree
    return size, files


def exceeded(limits):
    """The name of a limit that is crossed now, or None."""
    if memory_exceeds(limits["memory"]):
        return "memory"
    size, files = disk_used(limits["folders"])
    if size > limits["disk"]:
        return "disk"
    return "files" if files > limits["files"] else None


class Command:
    """One command of the host's, from its start to the last byte that it wrote."""

    def __init__(self, request, stdin):
        self.request, self.limits = request, request["limits"]
        self.pending, self.sent = stdin, 0
        self.cause = self.status = None
        self.pid, self.stdin, self.streams = self.launch()
        self.started = self.looked = time.monotonic()

    def launch(self):
        out_read, out_write = os.pipe()
        err_read, err_write = os.pipe()
        in_read, in_write = os.pipe() if self.pending else (os.open("/dev/null", os.O_RDONLY), None)
        pid = os.fork()
        if pid == 0:
            self.become(in_read, out_write, err_write)
        for descriptor in (in_read, out_write, err_write):
            os.close(descriptor)
        if in_write is not None:
            os.set_blocking(in_write, False)
        return pid, in_write, {out_read: b"O", err_read: b"R"}

    def become(self, stdin, stdout, stderr):
        """In the child: take on limits, user and streams, then be the command."""
        try:
            for number, descriptor in enumerate((stdin, stdout, stderr)):
                os.dup2(descriptor, number)
            os.closerange(3, 1024)
            os.setsid()
            for name in ("SIGPIPE", "SIGINT", "SIGTERM", "SIGHUP"):
                signal.signal(getattr(signal, name), signal.SIG_DFL)
            for name, value in self.request["rlimits"].items():
                resource.setrlimit(getattr(resource, "RLIMIT_" + name), (value, value))
            if self.request["uid"] is not None:
                os.setgroups([])
                os.setgid(self.request["uid"])
                os.setuid(self.request["uid"])
            os.chdir(self.request["cwd"])
            argv, env = self.request["argv"], self.request["env"]
            os.execvpe(argv[0], argv, env)
        except OSError as error:
            os.write(2, f"{self.request['argv'][0]}: {error.strerror}\n".encode())
        os._exit(127)

    def run(self):
        while self.status is None and self.cause is None:
            self.step(TICK)
            status = reap().get(self.pid)
            self.status = None if status is None else os.waitstatus_to_exitcode(status)
            if self.status is None:
                self.look()
        seconds = time.monotonic() - self.started
        kill_all()
        deadline = time.monotonic() + DRAIN_SECONDS
        while self.streams and time.monotonic() < deadline and self.step(0.0):
            pass
        for descriptor in [*self.streams, *([self.stdin] if self.stdin is not None else [])]:
            os.close(descriptor)
        answer(status=self.status, cause=self.cause, seconds=seconds)

    def look(self):
        """Compare with the limits, at most once a tick."""
        now = time.monotonic()
        if self.cause or now - self.looked < TICK:
            return
        self.looked = now
        if now - self.started > self.request["wall"]:
            self.cause = "wall_time"
        else:
            self.cause = exceeded(self.limits)

    def step(self, seconds):
        """Move bytes for at most `seconds`; whether there were any."""
        writable = [] if self.stdin is None else [self.stdin]
        ready, can_write, _ = select.select([0, *self.streams], writable, [], seconds)
        if can_write:
            self.feed()
        for descriptor in ready:
            if descriptor == 0:
                os._exit(0)
            self.forward(descriptor)
        return bool(ready)

    def feed(self):
        try:
            self.pending = self.pending[os.write(self.stdin, self.pending[:CHUNK]) :]
        except BlockingIOError:
            return
        except OSError:
            self.pending = b""
        if not self.pending:
            os.close(self.stdin)
            self.stdin = None

    def forward(self, descriptor):
        data = os.read(descriptor, CHUNK)
        if not data:
            os.close(descriptor)
            del self.streams[descriptor]
            return
        room = self.limits["output"] - self.sent
        self.sent += len(data)
        if room > 0:
            write_frame(self.streams[descriptor], data[:room])
        if self.sent > self.limits["output"]:
            self.cause = self.cause or "output"


def exec_command(request):
    stdin = io.BufferedReader(Incoming()).read()
    Command(request, stdin).run()


def put(request):
    incoming = Incoming()
    error = None
    try:
        with tarfile.open(fileobj=io.BufferedReader(incoming), mode="r|") as archive:
            extract(archive, request)
    except (OSError, tarfile.TarError) as fault:
        error = str(fault)
    incoming.drain()
    answer(error=error)


def extract(archive, request):
    """Unpack with the modes of the stream; folders get theirs last, so that closed ones can be filled."""
    folders = []
    for member in archive:
        target = os.path.join(request["path"], member.name)
        mode = member.mode
        if member.isdir():
            folders.append((target, mode))
            member.mode = 0o700
        archive.extract(member, request["path"], set_attrs=not member.issym(), **EXTRACT)
        if request["uid"] is not None:
            os.lchown(target, request["uid"], request["uid"])
    for target, mode in reversed(folders):
        os.chmod(target, mode)


EXTRACT = {"filter": "fully_trusted"} if hasattr(tarfile, "fully_trusted_filter") else {}


def get(request):
    skipped = []
    stream = io.BufferedWriter(Outgoing(), 1 << 18)
    error = None
    try:
        with tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as archive:
            for path, name in walk(request["path"], skipped):
                add(archive, path, name, skipped)
        stream.flush()
    except OSError as fault:
        error = str(fault)
    write_frame(b"E")
    answer(error=error, skipped=skipped)


def walk(top, skipped):
    """Paths below `top` with their names relative to it, parents first, no link followed."""
    if not stat.S_ISDIR(os.lstat(top).st_mode):
        yield top, os.path.basename(top)
        return
    stack = [(top, "")]
    while stack:
        folder, prefix = stack.pop()
        unlock(folder)
        for entry in sorted(list_folder(folder, prefix, skipped), reverse=True):
            path, name = os.path.join(folder, entry), os.path.join(prefix, entry)
            yield path, name
            if stat.S_ISDIR(os.lstat(path).st_mode):
                stack.append((path, name))


def unlock(folder):
    """Make a folder of ours enterable; its mode was read before."""
    mode = stat.S_IMODE(os.lstat(folder).st_mode)
    if mode & 0o700 != 0o700 and os.lstat(folder).st_uid == os.geteuid():
        os.chmod(folder, mode | 0o700)


def list_folder(folder, name, skipped):
    try:
        return os.listdir(folder)
    except OSError as error:
        skipped.append([name, error.strerror])
        return []


def add(archive, path, name, skipped):
    found = os.lstat(path)
    info = tarfile.TarInfo(name)
    info.mode = stat.S_IMODE(found.st_mode)
    if stat.S_ISREG(found.st_mode):
        info.size = found.st_size
        try:
            with open_readable(path) as file:
                archive.addfile(info, file)
        except PermissionError as error:
            skipped.append([name, error.strerror])
        return
    if stat.S_ISDIR(found.st_mode):
        info.type = tarfile.DIRTYPE
    elif stat.S_ISLNK(found.st_mode):
        info.type, info.linkname = tarfile.SYMTYPE, os.readlink(path)
    elif stat.S_ISFIFO(found.st_mode):
        info.type = tarfile.FIFOTYPE
    else:
        skipped.append([name, "special file"])
        return
    archive.addfile(info)


def open_readable(path):
    try:
        return open(path, "rb")
    except PermissionError:
        os.chmod(path, 0o600)
        return open(path, "rb")


def clear(request):
    error = None
    try:
        for _ in walk(request["path"], []):
            pass
        for name in os.listdir(request["path"]):
            path = os.path.join(request["path"], name)
            if stat.S_ISDIR(os.lstat(path).st_mode):
                shutil.rmtree(path)
            else:
                os.unlink(path)
    except OSError as fault:
        error = str(fault)
    answer(error=error)


def main():
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGPIPE"):
        signal.signal(getattr(signal, name), signal.SIG_IGN)
    os.umask(0o022)
    operations = {"exec": exec_command, "put": put, "get": get, "clear": clear}
    answer(ready=os.getpid(), version=sys.version.split()[0])
    while True:
        _, payload = read_frame()
        request = json.loads(payload)
        operations[request["op"]](request)


main()
