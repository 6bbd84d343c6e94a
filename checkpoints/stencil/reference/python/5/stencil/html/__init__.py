"""Places in HTML text, and how values are written there."""
