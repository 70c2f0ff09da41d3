"""Time until an event: curves, comparisons and models that are right with late entry, ties and repeated spells."""
