"""Small sources written to disk, staged as a run would stage them."""

from pathlib import Path

import pytest

from portfolio_lab.data.load import open_tables, stage_tables
from portfolio_lab.data.settings import DataSettings
from portfolio_lab.data.source import open_source
from portfolio_lab.policy import DataPolicy


class Border:
    """Writes files into a source folder and stages them."""

    def __init__(self, folder: Path) -> None:
        self.source, self.cache = folder / "source", folder / "cache"
        self.source.mkdir()

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def open(self, **settings):
        data = DataSettings.model_validate({"source": str(self.source), **settings})
        return open_source(data, root=self.source), data

    def stage(self, *, max_drop_share: float = 1.0, source: str | Path | None = None, **settings):
        data = DataSettings.model_validate({"source": str(source or self.source), **settings})
        policy = DataPolicy(max_drop_share=max_drop_share)
        return stage_tables(data, policy, root=self.source, folder=self.cache)

    def frame(self, table: str = "orders", **settings):
        return open_tables(self.stage(**settings))[table].to_pandas()


@pytest.fixture
def border(tmp_path):
    return Border(tmp_path)
