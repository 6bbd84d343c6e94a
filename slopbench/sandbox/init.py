"""The first process of a sandbox (PID 1): runs commands, moves files, watches limits.

The host streams this file to `python3` inside, so it is nowhere in the visible file tree, and speaks with it over
stdin and stdout: frames of one type byte, a length (4 bytes, big endian) and a payload. `J` is a JSON request or
answer, `D` a piece of data, `E` the end of data, `O` and `R` pieces of a command's stdout and stderr.
Only the standard library; it must not import anything of slopbench. Signals from inside the sandbox don't reach
it, and it isn't dumpable, so that what runs beside it can't trace it.
"""

import base64
import ctypes
import errno
import io
import json
import os
import resource
import select
import signal
import stat
import struct
import sys
import tarfile
import time

CHUNK = 1 << 16
TICK = 0.05
PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 4, 22, 38
SECCOMP_MODE_FILTER = 2
FIRST_TO_KILL = 500
LISTED = 100
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
    """Data frames of an answer as a file that holds at most `room` bytes."""

    def __init__(self, room):
        self.room = room

    def writable(self):
        return True

    def write(self, data):
        self.room -= len(data)
        if self.room < 0:
            raise OSError(errno.EFBIG, "holds more than its limits allow")
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


def kilobytes(path, names):
    """The sizes with these names in a table of /proc, in bytes; zeros if the process is gone.

    The table is read as bytes: a process chooses its own name, which stands in it.
    """
    sizes = dict.fromkeys(names, 0)
    try:
        with open(path, "rb") as lines:
            for line in lines:
                name, _, rest = line.partition(b":")
                if name in sizes:
                    sizes[name] = int(rest.split()[0]) * 1024
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return [0] * len(names)
    return list(sizes.values())


def pages_of(pid):
    """What a process holds, shared pages counted in full: private bytes, bytes shared in memory."""
    anonymous, shared, swapped = kilobytes(
        f"/proc/{pid}/status", (b"RssAnon", b"RssShmem", b"VmSwap")
    )
    return anonymous + swapped, shared


def share_of(pid):
    """The same with shared pages divided among those who share them.

    A process can forbid this look at itself; then its pages count in full.
    """
    names = (b"Pss", b"Pss_Anon", b"Pss_Shmem", b"SwapPss")
    total, anonymous, shared, swapped = kilobytes(f"/proc/{pid}/smaps_rollup", names)
    return (anonymous + swapped, shared) if total else pages_of(pid)


def memory_exceeds(limit, disk):
    """Whether all processes together hold more; files in memory are counted as disk, not here."""
    for look in (pages_of, share_of):
        held = [look(pid) for pid in others()]
        shared = max(0, sum(shared for _, shared in held) - disk)
        if sum(private for private, _ in held) + shared <= limit:
            return False
    return True


def disk_used(folders):
    """Bytes and files in the writable places, without walking them."""
    size = files = 0
    for folder in folders:
        found = os.statvfs(folder)
        size += (found.f_blocks - found.f_bfree) * found.f_frsize
        files += found.f_files - found.f_ffree
    return size, files


def full(limits, size, files):
    """The name of a limit on files that is reached, or None."""
    if size >= limits["disk"]:
        return "disk"
    return "files" if files > limits["files"] else None


def exceeded(limits):
    """The name of a limit that is crossed now, or None."""
    size, files = disk_used(limits["folders"])
    if memory_exceeds(limits["memory"], size):
        return "memory"
    return full(limits, size, files)


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
            for name in ("SIGPIPE", "SIGXFSZ", "SIGINT", "SIGTERM", "SIGHUP"):
                signal.signal(getattr(signal, name), signal.SIG_DFL)
            offer_to_kernel()
            for name, value in self.request["rlimits"].items():
                lower_limit(getattr(resource, "RLIMIT_" + name), value)
            refuse_calls(base64.b64decode(self.request["filter"]))
            os.chdir(self.request["cwd"])
            argv, env = self.request["argv"], self.request["env"]
            os.execvpe(argv[0], argv, env)
        except (OSError, ValueError) as error:
            os.write(2, f"{self.request['argv'][0]}: {error}\n".encode("utf-8", "replace"))
        finally:
            os._exit(127)

    def run(self):
        while self.status is None and self.cause is None:
            self.step(TICK)
            status = reap().get(self.pid)
            self.status = None if status is None else os.waitstatus_to_exitcode(status)
            if self.status is None:
                self.look()
        seconds = time.monotonic() - self.started
        self.cause = self.cause or full(self.limits, *disk_used(self.limits["folders"]))
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


def offer_to_kernel():
    """Where memory runs out, the kernel shall end the command and not the first process."""
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)
    with open("/proc/self/oom_score_adj", "w") as file:
        file.write(str(FIRST_TO_KILL))


def refuse_calls(program):
    """Put a system-call filter (a compiled BPF program, may be empty) on this process for good."""
    if not program:
        return

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))

    libc = ctypes.CDLL(None, use_errno=True)
    filter = Program(len(program) // 8, program)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(
        PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(filter), 0, 0
    ):
        raise OSError(ctypes.get_errno(), "the system-call filter was refused")


def lower_limit(limit, value):
    """Set a resource limit, unless a lower one holds already."""
    held = resource.getrlimit(limit)[1]
    value = value if held == resource.RLIM_INFINITY else min(value, held)
    resource.setrlimit(limit, (value, value))


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
    """Unpack with the modes of the stream; folders get theirs last: closed ones must be filled.

    Nothing is written outside of the place, whatever names and links are in the stream.
    """
    top = os.path.realpath(request["path"])
    folders = []
    for member in archive:
        target = os.path.join(top, member.name)
        if leads_out(target, top) or not (member.isreg() or member.isdir() or member.issym()):
            raise tarfile.TarError(f"{member.name}: no file, folder or link of that place")
        if os.path.islink(target):
            os.unlink(target)
        member.mode &= 0o777
        if member.isdir():
            folders.append((target, member.mode))
            member.mode = 0o700
        archive.extract(member, top, set_attrs=not member.issym(), **EXTRACT)
    for target, mode in reversed(folders):
        os.chmod(target, mode)


def leads_out(target, top):
    """Whether a path, links followed, isn't below `top`."""
    folder = os.path.realpath(os.path.dirname(target))
    return ".." in target.split("/") or os.path.commonpath([folder, top]) != top


EXTRACT = {"filter": "fully_trusted"} if hasattr(tarfile, "fully_trusted_filter") else {}


def get(request):
    skipped = []
    outgoing = Outgoing(request["room"])
    error = None
    try:
        with (
            io.BufferedWriter(outgoing, 1 << 18) as stream,
            tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as archive,
        ):
            for path, name, found in walk(request["path"], skipped):
                add(archive, path, name, found, skipped)
    except OSError as fault:
        error = str(fault)
    write_frame(b"E")
    answer(error=error, skipped=skipped[:LISTED])


def walk(top, skipped):
    """Paths below `top`, their names in it and what lstat says; parents first, no link followed."""
    found = os.lstat(top)
    if not stat.S_ISDIR(found.st_mode):
        yield top, os.path.basename(top), found
        return
    stack, unlocked = [(top, "")], []
    while stack:
        folder, prefix = stack.pop()
        unlocked.append((folder, unlock(folder)))
        for entry in sorted(list_folder(folder, prefix, skipped), reverse=True):
            path, name = os.path.join(folder, entry), os.path.join(prefix, entry)
            try:
                found = os.lstat(path)
            except OSError as error:
                skipped.append([name, error.strerror])
                continue
            yield path, name, found
            if stat.S_ISDIR(found.st_mode):
                stack.append((path, name))
    for folder, mode in reversed(unlocked):
        lock(folder, mode)


def unlock(folder):
    """Make a folder of ours enterable; the mode that it had."""
    found = os.lstat(folder)
    mode = stat.S_IMODE(found.st_mode)
    if mode & 0o700 != 0o700 and found.st_uid == os.geteuid():
        os.chmod(folder, mode | 0o700)
    return mode


def lock(folder, mode):
    """Give a folder back the mode that it had."""
    if stat.S_IMODE(os.lstat(folder).st_mode) != mode:
        os.chmod(folder, mode)


def list_folder(folder, name, skipped):
    try:
        return os.listdir(folder)
    except OSError as error:
        skipped.append([name, error.strerror])
        return []


def add(archive, path, name, found, skipped):
    info = tarfile.TarInfo(name)
    info.mode = found.st_mode & 0o777
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
        mode = stat.S_IMODE(os.lstat(path).st_mode)
        os.chmod(path, mode | 0o400)
        file = open(path, "rb")
        os.chmod(path, mode)
        return file


def clear(request):
    error = None
    try:
        empty(request["path"])
    except OSError as fault:
        error = str(fault)
    answer(error=error)


def empty(top):
    """Remove everything below `top`, however deep."""
    unlock(top)
    while names := os.listdir(top):
        for name in names:
            remove(os.path.join(top, name), top)


def remove(path, top):
    """Remove an entry of `top`; the folders in it move up into `top`, where their turn comes."""
    if not is_folder(path):
        os.unlink(path)
        return
    unlock(path)
    for name in os.listdir(path):
        inner = os.path.join(path, name)
        if is_folder(inner):
            unlock(inner)
            os.rename(inner, os.path.join(top, os.urandom(16).hex()))
        else:
            os.unlink(inner)
    os.rmdir(path)


def is_folder(path):
    return stat.S_ISDIR(os.lstat(path).st_mode)


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
