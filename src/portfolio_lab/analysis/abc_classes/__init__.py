"""Customers ranked by value: classes, concentration, movement between dates, stability, fairness and contingency."""
