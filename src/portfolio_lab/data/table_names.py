"""Names of the tables and columns that we know, read from the text of the contracts.

Importing the contracts loads pandas and pandera, which takes longer than refusing a run file may take.
"""

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CONTRACTS_FILE = Path(__file__).parent / "schema" / "contracts.py"


@dataclass(frozen=True)
class TableNames:
    """The columns of a table, and whether it keeps further ones."""

    columns: tuple[str, ...]
    keeps_more_columns: bool


@cache
def known_tables() -> dict[str, TableNames]:
    """Return the tables that a company may bring, in the order of the contracts, with the names of their columns."""
    tree = ast.parse(CONTRACTS_FILE.read_text(encoding="utf-8"))
    classes = {node.name: _names(node) for node in tree.body if isinstance(node, ast.ClassDef)}
    listed = next(node for node in tree.body if isinstance(node, ast.AnnAssign) and node.target.id == "CONTRACTS")
    pairs = zip(listed.value.keys, listed.value.values, strict=True)
    return {key.value: classes[model.id] for key, model in pairs}


def _names(contract: ast.ClassDef) -> TableNames:
    columns = tuple(node.target.id for node in contract.body if isinstance(node, ast.AnnAssign))
    text = {node.value for node in ast.walk(contract) if isinstance(node, ast.Constant)}
    return TableNames(columns, "keeps_more_columns" in text)
