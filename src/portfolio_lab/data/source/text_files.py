"""Text files: looked at once in a stream (hash, encoding, line ends), made UTF-8 where they are not, never guessed."""

import codecs
import csv
import gzip
import hashlib
import json
import shutil
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO

from portfolio_lab.data.settings import Format
from portfolio_lab.data.source.blanks import ALL
from portfolio_lab.data.source.headers import CANDIDATES, LOOKED_AT, checked_header, refuse_title, up_to_a_break
from portfolio_lab.errors import DataError, Fault

CHUNK = 1 << 22
OTHER_KINDS = {
    b"pk\x03\x04": "a workbook or another packed file",
    b"\xd0\xcf\x11\xe0": "a workbook of an old Excel",
    b"\x1f\x8b": "a compressed file",
    b"par1": "a Parquet file",
    b"%pdf": "a PDF",
    b"<html": "a web page",
    b"<!doctype": "a web page",
    b"<table": "a web page",
    b"<?xml": "an XML file",
}


@dataclass(frozen=True)
class TextFile:
    """A text file as it was found: where it can be read as UTF-8, its columns, and what was noticed on the way.

    ``n_header_lines`` are the lines above the rows, the ``n_skipped`` among them that stand above the header.
    """

    path: Path
    label: str
    columns: tuple[str, ...]
    n_header_lines: int
    digest: str
    size: int
    notes: tuple[str, ...] = field(default=())
    has_rows: bool = True
    n_lines: int = 0
    n_skipped: int = 0


def inspect_text_file(path: Path, text_format: Format, *, scratch: Path) -> TextFile:
    """Return what a text file holds, after one pass over its bytes.

    A file that is not UTF-8, is compressed, or mixes its line ends is rewritten as UTF-8 with one kind of line end
    into ``scratch``; so is one of which lines are skipped. Raises DataError for an empty file, a wrong encoding, or a
    header that cannot be used.
    """
    look = _look(path, text_format.encoding or "utf-8")
    readable, notes = path, []
    n_skipped = text_format.skip_rows or 0
    if look.must_be_rewritten or n_skipped:
        readable = _rewrite(path, text_format.encoding or "utf-8", scratch, n_skipped=n_skipped)
    if look.line_ends > 1:
        notes.append("mixes line ends; each was read as the end of a line")
    columns, n_header_lines = _columns(readable, path.name, text_format)
    has_rows = look.n_lines > n_header_lines
    more = {"notes": tuple(notes), "has_rows": has_rows, "n_lines": look.n_lines, "n_skipped": n_skipped}
    return TextFile(readable, path.name, columns, n_header_lines, look.digest, look.size, **more)


@dataclass(frozen=True)
class _Look:
    digest: str
    size: int
    line_ends: int
    n_lines: int
    must_be_rewritten: bool


def _look(path: Path, encoding: str) -> _Look:
    digest, size, ends, text_size = hashlib.blake2b(digest_size=16), 0, _LineEnds(), 0
    decoder = codecs.getincrementaldecoder(encoding)()
    has_plain_ends = "\r\n".encode(encoding) == b"\r\n"  # not so in UTF-16, where other letters hold these bytes
    with _open(path) as stream:
        for chunk in iter(lambda: _read(stream, path), b""):
            digest.update(chunk)
            if not size:
                _refuse_other_kinds(chunk, path)
            text = _decode(decoder, chunk, path, encoding, ends.n_lines)
            ends.add(chunk if has_plain_ends else text.encode("utf-8", "replace"))
            size += len(chunk)
            text_size += len(chunk.strip())
        _decode(decoder, b"", path, encoding, ends.n_lines, final=True)
    if not text_size:
        raise DataError([Fault("is empty", "export it again with a header line and rows", file=path.name)])
    utf8 = codecs.lookup(encoding).name in ("utf-8", "utf-8-sig", "ascii")
    rewrite = not utf8 or ends.n_kinds > 1 or path.suffix.lower() == ".gz"
    return _Look(digest.hexdigest(), size, ends.n_kinds, ends.n_lines + ends.is_in_line, rewrite)


def _refuse_other_kinds(start: bytes, path: Path) -> None:
    """Raise DataError for a file that says of itself that it is no text, or text in an encoding that it names."""
    head = start.lstrip()[:16].lower()
    kind = next((kind for mark, kind in OTHER_KINDS.items() if head.startswith(mark)), None)
    if kind is not None:
        remedy = "open it with the program that wrote it, and save the table as CSV"
        raise DataError([Fault(f"is {kind} under the name of a text file", remedy, file=path.name)])


def _read(stream: IO[bytes], path: Path) -> bytes:
    try:
        return stream.read(CHUNK)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        remedy = "compress it again, or give it uncompressed and without .gz in its name"
        raise DataError([Fault("cannot be unpacked to its end", remedy, file=path.name)]) from error


class _LineEnds:
    """Counts the kinds of line ends in a stream of chunks; a pair may be cut by the chunk's border."""

    def __init__(self) -> None:
        self.crlf = self.lf = self.cr = 0
        self.is_in_line = False
        self._held = False

    def add(self, chunk: bytes) -> None:
        self.is_in_line = not chunk.endswith((b"\n", b"\r"))
        if self._held:
            chunk = b"\r" + chunk
        self._held = chunk.endswith(b"\r")
        if self._held:
            chunk = chunk[:-1]
        crlf = chunk.count(b"\r\n")
        self.crlf += crlf
        self.lf += chunk.count(b"\n") - crlf
        self.cr += chunk.count(b"\r") - crlf

    @property
    def n_kinds(self) -> int:
        return sum(count > 0 for count in (self.crlf, self.lf, self.cr))

    @property
    def n_lines(self) -> int:
        return self.crlf + self.lf + self.cr


def _decode(decoder: codecs.IncrementalDecoder, chunk: bytes, path: Path, encoding: str, n: int, **end: bool) -> str:
    try:
        text = decoder.decode(chunk, **end)
    except UnicodeDecodeError as error:
        line = n + error.object[: error.start].count(b"\n") + 1
        is_wide = error.object.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        remedy = "set format.encoding, for example cp1252 (Windows) or latin-1"
        wide = "utf-32" if error.object.startswith(codecs.BOM_UTF32_LE) else "utf-16"
        remedy = f"set format.encoding: {wide}, as the first bytes say" if is_wide else remedy
        value = f"byte 0x{error.object[error.start]:02x}"
        fault = Fault(f"is not {encoding} text", remedy, file=path.name, line=line, value=value)
        raise DataError([fault]) from error
    if "\x00" in text:
        remedy = "set format.encoding, for example utf-16, or export it again as text"
        raise DataError([Fault("holds zero bytes, as text in another encoding does", remedy, file=path.name)])
    return text


def _rewrite(path: Path, encoding: str, scratch: Path, *, n_skipped: int) -> Path:
    target = scratch / f"{path.name.removesuffix('.gz')}.utf8"
    reader = codecs.getreader(encoding)
    with _open(path) as raw, target.open("w", encoding="utf-8", newline="") as out:
        text, held = reader(raw), ""
        for chunk in iter(lambda: text.read(CHUNK), ""):
            chunk = held + chunk
            held = "\r" if chunk.endswith("\r") else ""
            out.write(chunk.removesuffix("\r").replace("\r\n", "\n").replace("\r", "\n"))
        out.write("\n" if held else "")
    return _emptied(target, n_skipped) if n_skipped else target


def _emptied(path: Path, n_lines: int) -> Path:
    """Return a copy with its first lines blank, so that no mark in them is taken for one of the table's."""
    target = path.with_suffix(".skipped")
    with path.open(encoding="utf-8-sig", newline="") as lines, target.open("w", encoding="utf-8", newline="") as out:
        out.writelines("\n" for _ in islice(lines, n_lines))
        shutil.copyfileobj(lines, out, CHUNK)
    return target.replace(path)


def _open(path: Path) -> IO[bytes]:
    return gzip.open(path, "rb") if path.suffix.lower() == ".gz" else path.open("rb")  # type: ignore[return-value]


def _columns(path: Path, label: str, text_format: Format) -> tuple[tuple[str, ...], int]:
    n_skipped = text_format.skip_rows or 0
    if isinstance(text_format.header, tuple):
        return checked_header(list(text_format.header), label), n_skipped
    if text_format.header is False:
        remedy = "set format.header to the list of column names"
        raise DataError([Fault("has no header and no names are given", remedy, file=label)])
    first = list(islice(up_to_a_break(_records(path, text_format)), LOOKED_AT))
    header = first[0][1] if first else []
    if header and header[0].lower().startswith("sep="):
        remedy = "remove this line, and set format.delimiter to the mark that it names"
        raise DataError([Fault("starts with a line for Excel", remedy, file=label, row=1, value=header[0])])
    refuse_title(first, file=label)
    _refuse_other_delimiter(path, text_format, first, label)
    _refuse_blank(first, label)
    return checked_header(header, label, row=n_skipped + 1), n_skipped + 1


def _refuse_other_delimiter(path: Path, text_format: Format, first: list[tuple[int, list[str]]], label: str) -> None:
    """Raise DataError for a title above a header that another delimiter cuts into columns."""
    if any(len(fields) > 1 for _, fields in first):
        return
    for mark in CANDIDATES:
        records = _records(path, text_format.model_copy(update={"delimiter": mark}))
        rows = islice(up_to_a_break(records), LOOKED_AT)
        refuse_title([*rows], file=label, more=f" and format.delimiter: {json.dumps(mark)}")


def _refuse_blank(first: list[tuple[int, list[str]]], label: str) -> None:
    """Raise DataError for blank lines above the header, with the key that skips them."""
    number = next((number for number, fields in first if any(field.strip(ALL) for field in fields)), None)
    if number is None or number == first[0][0]:
        return
    remedy = f"set format.skip_rows: {number - 1}, or remove the lines above it"
    raise DataError([Fault(f"has its header only in line {number}", remedy, file=label, line=first[0][0])])


def _records(path: Path, text_format: Format) -> Iterator[tuple[int, list[str]]]:
    """Yield the line in which each record ends, and its fields; lines to be skipped are left out."""
    n_skipped = text_format.skip_rows or 0
    with path.open(encoding="utf-8-sig", newline="") as stream:
        lines = islice(stream, n_skipped, None)
        if text_format.delimiter == "whitespace":
            yield from ((number, line.split()) for number, line in enumerate(lines, start=n_skipped + 1))
            return
        reader = csv.reader(lines, delimiter=text_format.delimiter or ",", quotechar=text_format.quote or '"')
        yield from ((n_skipped + reader.line_num, fields) for fields in reader)
