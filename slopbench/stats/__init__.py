"""Estimators: functions of numbers, with their denominators said."""
