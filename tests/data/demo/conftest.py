"""The demo company, written once for all tests of this folder: the default size, and a small one."""

import json
from pathlib import Path

import pandas as pd
import pytest

from portfolio_lab.data.demo import write_demo
from portfolio_lab.data.demo.world import build_world
from portfolio_lab.data.schema import CONTRACTS, table_spec


class Company:
    """A written company, read back the way a stranger would: everything as text, then cast by name."""

    def __init__(self, folder: Path, rows: dict[str, int]) -> None:
        self.folder, self.rows, self._read = folder, rows, {}

    def table(self, name: str) -> pd.DataFrame:
        if name not in self._read:
            self._read[name] = _cast(_text(self.folder / f"{name}.csv"), name)
        return self._read[name].copy()

    def truth(self, name: str) -> pd.DataFrame:
        if f"truth {name}" not in self._read:
            path = self.folder.with_name(f"{self.folder.name}_truth") / f"{name}.csv"
            frame = pd.read_csv(path, dtype={"product_id": str, "staple_product_id": str})
            for column in frame.columns:
                if column.endswith(("_date", "_from", "_to", "_start")):
                    frame[column] = pd.to_datetime(frame[column])
            self._read[f"truth {name}"] = frame
        return self._read[f"truth {name}"].copy()

    @property
    def parameters(self) -> dict:
        path = self.folder.with_name(f"{self.folder.name}_truth") / "truth.json"
        return json.loads(path.read_text(encoding="utf-8"))["parameters"]


def _text(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False, na_values=[""])


def _cast(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    if name not in CONTRACTS:
        return frame
    for column in table_spec(name).columns:
        if column.name in frame and column.kind == "date":
            frame[column.name] = pd.to_datetime(frame[column.name], format="%Y-%m-%d")
        elif column.name in frame and column.kind in ("number", "integer"):
            frame[column.name] = frame[column.name].astype(float)
        elif column.name in frame and column.kind == "flag":
            frame[column.name] = frame[column.name].map({"true": True, "false": False}).astype(bool)
    return frame


@pytest.fixture(scope="session")
def company(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "data"
    return Company(folder, write_demo(folder))


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "small"
    write_demo(folder, n_customers=220, n_months=24)
    return folder


@pytest.fixture(scope="session")
def world():
    from datetime import date

    return build_world(600, 30, seed=5, end=date(2026, 9, 30))


@pytest.fixture(scope="session")
def past(world):
    from portfolio_lab.data.demo.customers import Block
    from portfolio_lab.data.demo.past import live_block

    return live_block(world, Block(0, 0, 600))
