"""The first process of a sandbox (PID 1): runs commands, moves files, watches limits.

The host streams these modules to `python3` inside, so that they are nowhere in the visible file
tree. They use the standard library and each other. Signals from inside the sandbox don't reach the
process, and it isn't dumpable, so that what runs beside it can't trace it.
"""
