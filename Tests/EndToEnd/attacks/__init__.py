"""Attacks on the running system."""
