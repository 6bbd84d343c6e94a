"""What a sandbox can't copy out is listed in the snapshot, with the reason."""

from slopbench.sandbox.protocol import Limits, Purpose, SandboxSpec

LEAVE = """
import os, socket
socket.socket(socket.AF_UNIX).bind("talk")
os.mkfifo("pipe")
open("kept", "w").write("x")
"""


def test_sockets_and_pipes_are_listed_and_the_rest_is_kept(backend, store, ref):
    with backend.create(SandboxSpec(Purpose.AGENT, Limits())) as sandbox:
        env = {"PATH": "/usr/local/bin:/usr/bin:/bin"}
        done = sandbox.exec(["python3", "-c", LEAVE], cwd="/workspace", env=env)
        assert done.status == 0
        snapshot = store.add_tar(sandbox.get("/workspace"), ref)
    assert snapshot.files == 1
    reasons = {entry.path: entry.reason for entry in snapshot.skipped}
    assert set(reasons) == {"talk", "pipe"}
    assert "socket" in reasons["talk"]
