"""Codes of classes, stages, roles and groups in the words of a reader."""

from portfolio_lab.plots.style import label_of

NAMES = {"abc_class": "Class", "stage": "Stage"}
NOT_RANKED = "Not ranked"
VALUES = {"unknown": "Not known", "all": "All", "not ranked": NOT_RANKED}


def name_group(value: object) -> str:
    """Return a group in words: a stage or class by its label, else its own text without underscores."""
    text = VALUES.get(str(value)) or label_of(value)
    return text.replace("_", " ")


def name_cell(cell: object, value: object) -> str:
    """Return a cell in words: "Class B", "Stage: Pre-inactive", "womens: 1"."""
    if cell == "abc_class":
        return f"Class {name_group(value)}"
    return f"{NAMES.get(str(cell), str(cell).replace('_', ' '))}: {name_group(value)}"
