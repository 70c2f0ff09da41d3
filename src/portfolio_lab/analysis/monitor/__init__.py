"""The monitor: how the period was in money, how customers moved between stages, and what follows if nothing changes."""
