"""Seaborn and matplotlib on given Axes: Axes in, Axes out; nothing is computed here."""
