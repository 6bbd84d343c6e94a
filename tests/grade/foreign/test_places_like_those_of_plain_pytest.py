"""What suites take for granted of the machine that they run on."""

import foreign_vault as vault

TESTS = (
    vault.TESTS.partition("def test_answer(")[0]
    + """
import socket

def test_localhost_has_its_name(argv):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        socket.create_connection(("localhost", port)).close()
        assert call(argv, "attack", "connect", str(port)).returncode == 0

def test_tmp_as_an_argument(argv, tmp_path):
    (tmp_path / "secret").write_text("of this test")

def test_tmp_of_another_test(argv):
    done = call(argv, "attack", "list", "/tmp")
    assert done.stdout == "[] written\\n", done
"""
)
ATTACK = """
import socket
what, where = names
if what == "connect":
    socket.create_connection(("localhost", int(where)))
else:
    found = [name for _, _, names in os.walk(where) for name in names]
    open(where + "/mine", "w").write("x")
    print(found, "written")
"""


def test_what_suites_take_for_granted(tmp_path, backend):
    result = vault.graded(tmp_path, backend, vault.greedy(ATTACK), tests=TESTS)
    failed = {test.id.partition("::test_")[2]: test.detail for test in result.tests if test.detail}
    assert set(failed) <= ({"tmp_of_another_test"} if backend.name == "docker" else set()), failed
