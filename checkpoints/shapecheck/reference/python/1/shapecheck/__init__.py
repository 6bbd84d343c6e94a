"""Shapes of JSON documents."""
