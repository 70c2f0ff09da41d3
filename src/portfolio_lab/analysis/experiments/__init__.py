"""Experiments: plans with a random hold-out, from the checks before any number to effects by group of customers."""
