"""Contacts that nobody randomised: which comparison is honest, what it finds, and how sure that is."""
