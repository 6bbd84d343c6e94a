"""What is asked: loading, checking and scaffolding problems; starts no process."""
