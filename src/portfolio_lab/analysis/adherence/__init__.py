"""Adherence: was the plan carried out at all? A plan that was done in part was tested in part."""
