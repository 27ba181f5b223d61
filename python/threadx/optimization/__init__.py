"""Sweeps by specification."""
