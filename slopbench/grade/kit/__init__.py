"""Test kit: what hidden tests use to run the program under test as a black box.

The package lives in the grading sandbox alone and is imported there as top-level `kit`. It needs
the standard library and pytest, and knows nothing of the engine that put it there.
"""
