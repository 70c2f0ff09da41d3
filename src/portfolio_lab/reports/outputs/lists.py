"""A list for each person: one small file each, linked from the table that counts their rows."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from portfolio_lab.reports.outputs.tables import guard_frame
from portfolio_lab.reports.safe_text import file_name


def name_lists(names: list[str], *, table_id: str) -> dict[str, str]:
    """Return the address of the list of each name, from the report's page: ``tables/<table_id>/<place>_<name>.csv``.

    The place makes names different that look alike once they have only plain letters.
    """
    digits = len(str(len(names)))
    places = {name: f"{place:0{digits}d}" for place, name in enumerate(names, start=1)}
    return {name: f"tables/{table_id}/{'_'.join(filter(None, [place, file_name(name)]))}.csv"
            for name, place in places.items()}  # fmt: skip


def write_lists(lists: Mapping[str, pd.DataFrame], addresses: Mapping[str, str], *, folder: Path) -> None:
    """Write each list as CSV to its address under ``folder``; text is guarded against spreadsheets.

    The files begin with a byte order mark: spreadsheets then read letters with accents without being told how. Lists
    of an earlier run in the same places are taken away first.
    """
    for parent in {(folder / address).parent for address in addresses.values()}:
        shutil.rmtree(parent, ignore_errors=True)
        parent.mkdir(parents=True)
    for name, address in addresses.items():
        path = folder / address
        guard_frame(lists[name]).to_csv(path, index=False, quoting=2, lineterminator="\n", encoding="utf-8-sig")
