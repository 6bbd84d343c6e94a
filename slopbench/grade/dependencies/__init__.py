"""Third-party packages: those of a solution for its program, those of the tests for the grader.

Only wheels are taken, chosen for the interpreter inside the sandbox and unpacked on the host; nothing of them
runs there. See docs/dependencies.md.
"""
