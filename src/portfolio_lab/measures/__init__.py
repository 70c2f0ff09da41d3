"""Ibis in, pandas out: tables at customer, order-day or customer-month grain."""
