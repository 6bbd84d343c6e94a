"""Runs: a frozen plan, a journal that is the truth, and the chain of phases that fills it."""
