"""Sentences of the monitor."""
