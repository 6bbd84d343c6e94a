"""slopbench measures how code fares when an agent extends its own work again and again."""

__version__ = "0.1.0"
