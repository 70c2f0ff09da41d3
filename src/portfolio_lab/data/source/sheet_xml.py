"""What the stream of cells does not tell about a sheet: merged cells, and formulas that were never calculated."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

from portfolio_lab.errors import DataError, Fault

CHUNK = 1 << 20
OVERLAP = 1 << 14
MAX_TEXTS_BYTES = 1 << 30
KEPT = 100
MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=\"([A-Z]+[0-9]+(?::[A-Z]+[0-9]+)?)\"")
UNCOMPUTED = re.compile(
    rb"<(?:\w+:)?c\s[^>]*?r=\"([A-Z]+[0-9]+)\"[^>]*>"
    rb"<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>"
)


@dataclass(frozen=True)
class SheetLook:
    """Ranges of merged cells, and the first cells whose formula has no result with the number of all such cells."""

    merged: tuple[str, ...]
    uncomputed: tuple[str, ...]
    n_uncomputed: int


def refuse_too_large(path: Path) -> None:
    """Raise DataError for a workbook whose list of texts would not fit into memory."""
    with ZipFile(path) as archive:
        size = sum(item.file_size for item in archive.infolist() if item.filename.endswith("sharedStrings.xml"))
    if size > MAX_TEXTS_BYTES:
        problem = f"holds {size / (1 << 30):.1f} GiB of texts, more than can be read from a workbook"
        raise DataError([Fault(problem, "save its sheets as CSV files", file=path.name)])


def scan_sheet(path: Path, member: str) -> SheetLook:
    """Return what a sheet's XML says beyond its cells, in one pass in bounded memory."""
    merged: dict[str, None] = {}
    uncomputed: dict[str, None] = {}
    n_uncomputed = 0
    with ZipFile(path) as archive, archive.open(member) as stream:
        for part, n_seen in _overlapping(iter(lambda: stream.read(CHUNK), b"")):
            merged |= dict.fromkeys(hit[1].decode() for hit in MERGED.finditer(part) if hit.end() > n_seen)
            hits = [hit[1].decode() for hit in UNCOMPUTED.finditer(part) if hit.end() > n_seen]
            n_uncomputed += len(hits)
            uncomputed |= dict.fromkeys(hits[: KEPT - len(uncomputed)])
    return SheetLook(tuple(merged), tuple(uncomputed), n_uncomputed)


def _overlapping(chunks: Iterator[bytes]) -> Iterator[tuple[bytes, int]]:
    """Yield each chunk behind the end of the one before, and how many of its bytes were seen before."""
    tail = b""
    for chunk in chunks:
        part = tail + chunk
        yield part, len(tail)
        tail = part[-OVERLAP:]
