"""Runs the example claims through the public API."""
