"""Places in which foreign code runs: one Protocol, several backends.

A sandbox knows nothing of agents or tests. It has a file tree of its own in which only an allow-list
of tools is visible, no network, and limits on time, memory, processes, CPU, disk and output; when it
is stopped, everything that ran in it is gone.
"""
