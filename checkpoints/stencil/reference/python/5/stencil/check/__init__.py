"""Checking templates against a description of the data."""
