"""Runners: who works on a checkpoint, as runner.toml says, and how one is driven. No grading."""
