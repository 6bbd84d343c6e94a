"""Nothing outside answers: not the host, not its bridges, not the network; loopback works within."""

import contextlib
import json
import socket
import threading
from collections.abc import Iterator

import pytest

from slopbench.sandbox.protocol import Purpose, SandboxSpec

SECOND = 1.0


@pytest.fixture(scope="module", params=list(Purpose), ids=str)
def any_purpose(backend, request, small):
    """A sandbox of every purpose, graders too."""
    with backend.create(SandboxSpec(request.param, small)) as sandbox:
        yield sandbox


@contextlib.contextmanager
def listener(family: int, address: object) -> Iterator[socket.socket]:
    with socket.socket(family, socket.SOCK_STREAM) as server:
        server.bind(address)
        server.listen()
        yield server


@pytest.fixture(scope="module")
def host_listeners() -> Iterator[list[list]]:
    """Addresses at which the host really listens, as seen from the host."""
    with contextlib.ExitStack() as stack:
        loopback = stack.enter_context(listener(socket.AF_INET, ("127.0.0.1", 0)))
        everywhere = stack.enter_context(listener(socket.AF_INET, ("0.0.0.0", 0)))
        found = [list(loopback.getsockname())]
        found += [[address, everywhere.getsockname()[1]] for address in own_addresses()]
        for address in found:
            socket.create_connection(address, SECOND).close()
        yield found


def own_addresses() -> list[str]:
    """127.0.0.1 and the addresses of this host's own interfaces, bridges among them."""
    import fcntl
    import struct

    addresses = ["127.0.0.1"]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _, name in socket.if_nameindex():
            with contextlib.suppress(OSError):
                answer = fcntl.ioctl(probe, 0x8915, struct.pack("256s", name.encode()[:15]))
                addresses.append(socket.inet_ntoa(answer[20:24]))
    return sorted(set(addresses))


CONNECT = """
import json, socket, sys
reached = []
for address, port in json.loads(sys.argv[1]):
    try:
        socket.create_connection((address, port), 1.0).close()
        reached.append(address)
    except OSError:
        pass
print(json.dumps(reached))
"""


def test_no_listener_of_the_host_is_reached(any_purpose, python, host_listeners):
    done = python(any_purpose, CONNECT, json.dumps(host_listeners))
    assert json.loads(done.stdout) == []


def test_no_gateway_metadata_or_public_address_is_reached(any_purpose, python):
    addresses = [
        ("172.17.0.1", 22),
        ("172.17.0.1", 2375),
        ("169.254.169.254", 80),
        ("100.100.100.200", 80),
        ("1.1.1.1", 443),
        ("8.8.8.8", 53),
        ("::1", 22),
        ("fd00:ec2::254", 80),
        ("2606:4700:4700::1111", 443),
    ]
    done = python(any_purpose, CONNECT, json.dumps(addresses))
    assert json.loads(done.stdout) == []


def test_no_datagram_leaves(any_purpose, python):
    send = """
        import json, socket
        sent = []
        for address in ("8.8.8.8", "172.17.0.1", "169.254.169.254", "255.255.255.255", "224.0.0.1"):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
                try:
                    probe.sendto(b"x", (address, 53))
                    sent.append(address)
                except OSError:
                    pass
        print(json.dumps(sent))
    """
    assert json.loads(python(any_purpose, send).stdout) == []


def test_no_name_is_resolved(any_purpose, python):
    resolve = """
        import socket
        try:
            print(socket.getaddrinfo("example.com", 443))
        except OSError as error:
            print("no")
    """
    assert python(any_purpose, resolve).stdout == b"no\n"


def test_loopback_is_the_only_interface(any_purpose, python):
    look = "import socket; print([name for _, name in socket.if_nameindex()])"
    names = python(any_purpose, look).stdout.decode()
    # Tunnels that a kernel puts into each new namespace are there, but down and without an address.
    done = python(
        any_purpose,
        """
        import fcntl, socket, struct
        probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        for _, name in socket.if_nameindex():
            request = struct.pack("256s", name.encode())
            flags = struct.unpack("16xH", fcntl.ioctl(probe, 0x8913, request)[:18])[0]
            print(name, flags & 1)
        """,
    )
    up = [line.split()[0] for line in done.stdout.decode().splitlines() if line.endswith(" 1")]
    assert up == ["lo"], names


RAW = {
    "raw IP": "socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP",
    "raw IPv6": "socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6",
    "packets": "socket.AF_PACKET, socket.SOCK_RAW, 3",
    "machine below": "socket.AF_VSOCK, socket.SOCK_STREAM, 0",
    "kernel cryptography": "socket.AF_ALG, socket.SOCK_SEQPACKET, 0",
    "bluetooth": "31, socket.SOCK_RAW, 1",
    "tipc": "30, socket.SOCK_STREAM, 0",
}


@pytest.mark.parametrize("kind", RAW.values(), ids=RAW.keys())
def test_sockets_around_the_namespace_are_refused(any_purpose, python, kind):
    assert python(any_purpose, f"import socket; socket.socket({kind})").status == 1


def test_abstract_sockets_of_the_host_are_out_of_reach(any_purpose, python):
    name = "\0slopbench-test-abstract"
    with listener(socket.AF_UNIX, name):
        with socket.socket(socket.AF_UNIX) as here:
            here.connect(name)
        attack = "import socket; socket.socket(socket.AF_UNIX).connect(chr(0) + name)".replace(
            "name", repr(name[1:])
        )
        assert b"ConnectionRefused" in python(any_purpose, attack).stderr


def test_loopback_works_within(any_purpose, python):
    talk = """
        import socket
        with socket.create_server(("127.0.0.1", 0)) as server:
            with socket.create_connection(server.getsockname()) as there:
                there.sendall(b"hello")
                print(server.accept()[0].recv(5))
    """
    assert python(any_purpose, talk).stdout == b"b'hello'\n"


def test_loopback_of_two_sandboxes_is_not_shared(backend, python, small):
    with (
        backend.create(SandboxSpec(Purpose.AGENT, small)) as first,
        backend.create(SandboxSpec(Purpose.AGENT, small)) as second,
    ):
        ready = threading.Event()
        serve = """
            import socket
            with socket.create_server(("0.0.0.0", 45678)) as server:
                print("ready", flush=True)
                server.settimeout(1.5)
                server.accept()
        """
        served = []
        thread = threading.Thread(
            target=lambda: served.append(
                first.exec(
                    ["python3", "-I", "-c", "exec(input())"],
                    cwd="/",
                    env={"PATH": "/usr/local/bin:/usr/bin:/bin"},
                    stdin=f"exec({serve.replace(12 * ' ', '')!r})\n".encode(),
                    on_output=lambda _: ready.set(),
                )
            )
        )
        thread.start()
        assert ready.wait(20)
        done = python(second, CONNECT, json.dumps([["127.0.0.1", 45678]]))
        thread.join()
    assert json.loads(done.stdout) == []
    assert b"timed out" in served[0].stderr
