"""What one start of a program costs through the test kit, beside a bare one, in milliseconds.

    .venv/bin/python benchmarks/program_start.py [bubblewrap|docker] [STARTS]

All starts are made inside the grading sandbox of the backend, bare and isolated ones in turn.
"""

import io
import json
import sys
import tarfile

from slopbench.grade.grading import SITE
from slopbench.grade.site import grader_site
from slopbench.sandbox.backends import pick_backend
from slopbench.sandbox.protocol import Purpose, SandboxSpec, Share

PROGRAMS = {"true": ["true"], "python3 -I -S -c pass": ["python3", "-I", "-S", "-c", "pass"]}
INSIDE = """
import json, os, statistics, subprocess, sys, time
kit, plan = sys.argv[1], json.loads(sys.argv[2])
sys.path.insert(0, os.path.dirname(kit))
from kit import limits, settings
from kit.launch import pick
from kit.program import Program

def kit_start(launcher, entry):
    chosen = settings.from_json({**plan["settings"], "launcher": launcher, "entry": entry})
    os.makedirs(chosen.work + "/folder", exist_ok=True)
    program = Program(chosen, pick(chosen), chosen.work + "/folder")

    def start():
        program.transcript.records.clear()
        begun = program.start([], seconds=60)
        begun.supervisor.pipes.end_input()
        begun.supervisor.run()
        assert program.conclude(begun).status == 0

    return start

for name, entry in plan["programs"].items():
    ways = {
        "subprocess.run": lambda: subprocess.run(entry, capture_output=True, check=True),
        "kit, bare": kit_start("bare", entry),
        f"kit, {plan['launcher']}": kit_start(plan["launcher"], entry),
    }
    seconds = {way: [] for way in ways}
    for _ in range(plan["starts"]):
        for way, start in ways.items():
            begin = time.perf_counter()
            start()
            seconds[way].append(time.perf_counter() - begin)
    for way, taken in seconds.items():
        low, middle = min(taken) * 1000, statistics.median(taken) * 1000
        print(f"{name:24} {way:16} median {middle:6.2f}  least {low:6.2f}")
"""


def main(name: str, starts: int) -> None:
    backend = pick_backend(name)
    nesting = backend.nesting()
    share = Share(grader_site(backend), SITE)
    settings = {
        "bwrap": nesting.get("bwrap", ""),
        "toolchain": nesting.get("binds", []),
        "seccomp": nesting.get("seccomp"),
        "shared": nesting.get("shared", []),
    }
    plan = {
        "settings": settings,
        "programs": PROGRAMS,
        "launcher": nesting["launcher"],
        "starts": starts,
    }
    with backend.create(SandboxSpec(Purpose.GRADE, shares=(share,))) as sandbox:
        sandbox.put(one_file("inside.py", INSIDE), "/grader/place")
        done = sandbox.exec(
            ["python3", "-I", "-S", "/grader/place/inside.py", f"{SITE}/kit", json.dumps(plan)],
            cwd="/",
            env={"PATH": "/usr/local/bin:/usr/bin:/bin"},
        )
    sys.stdout.write(done.stdout.decode() + done.stderr.decode())


def one_file(name: str, text: str) -> io.BytesIO:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        info = tarfile.TarInfo(name)
        info.size = len(text.encode())
        archive.addfile(info, io.BytesIO(text.encode()))
    stream.seek(0)
    return stream


if __name__ == "__main__":
    main(*(sys.argv[1:2] or ["bubblewrap"]), int((sys.argv[2:3] or ["200"])[0]))
