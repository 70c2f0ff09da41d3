"""Sentences of the pages: built from numbers, true for any data."""
