"""What a run has shown: rows, one JSON object, tables. All of it is derived and can go."""
