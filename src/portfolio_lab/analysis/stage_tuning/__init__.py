"""Tuning of the stage definition by back-test: which rule, which line, how sure, and what it is worth."""
