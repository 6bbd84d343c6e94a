"""A program that still runs while its test reads may change what a path leads to at any moment."""

import foreign_vault as vault

FLIP = """
import ctypes, threading
library = ctypes.CDLL(None)
expected = os.path.join(os.path.dirname(names[0]), "expected.txt")
def exchange(first, second):
    library.syscall(316, -100, first, -100, second, 2)
open("out.txt", "w").write("mine")
os.symlink(expected, "link")
print("ready", flush=True)
end = time.monotonic() + 4
while time.monotonic() < end:
    exchange(b"out.txt", b"link")
"""
TESTS = (
    vault.TESTS.partition("def test_answer(")[0]
    + """
READERS = {
    "path": lambda path: path.read_text(),
    "open": lambda path: open(path).read(),
    "os": lambda path: os.read(os.open(path, os.O_RDONLY), 100).decode(),
}

@pytest.mark.parametrize("reader", READERS)
def test_read(argv, tmp_path, reader):
    process = subprocess.Popen([*argv, "attack", str(DATA / "given.txt")], cwd=tmp_path,
        stdout=subprocess.PIPE)
    process.stdout.readline()
    found = set()
    end = time.monotonic() + 3
    while time.monotonic() < end:
        try:
            found.add(READERS[reader](tmp_path / "out.txt"))
        except OSError:
            pass
    process.kill()
    process.wait()
    print(found)
    assert not any("secret" in text for text in found), "LED ASTRAY"

def test_write(argv, tmp_path):
    before = (DATA / "expected.txt").read_text()
    process = subprocess.Popen([*argv, "attack", str(DATA / "given.txt")], cwd=tmp_path,
        stdout=subprocess.PIPE)
    process.stdout.readline()
    end = time.monotonic() + 3
    while time.monotonic() < end:
        try:
            (tmp_path / "out.txt").write_text("of the test")
        except OSError:
            pass
    process.kill()
    process.wait()
    assert (DATA / "expected.txt").read_text() == before, "LED ASTRAY"
"""
)


def test_a_link_that_comes_and_goes_is_never_followed(tmp_path, backend):
    result = vault.graded(tmp_path, backend, vault.greedy(FLIP), tests=TESTS)
    assert len(result.tests) == 4
    for test in result.tests:
        assert "LED ASTRAY" not in (test.detail or ""), test.detail
