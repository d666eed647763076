"""Measurements: what the pages weigh, what a save costs, how long a roster takes."""
