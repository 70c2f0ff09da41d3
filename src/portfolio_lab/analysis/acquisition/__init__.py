"""Acquisition: prospects, how many become customers, what that takes, and who brings new ones."""
