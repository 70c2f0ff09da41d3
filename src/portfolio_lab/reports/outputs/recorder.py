"""The one object through which a notebook speaks: each call shows its result at once and writes it to the folder."""

import base64
import html
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from portfolio_lab.errors import AnalysisError
from portfolio_lab.plots.style import format_number
from portfolio_lab.reports.facts import build_fact, describe_change, show_fact, show_interval
from portfolio_lab.reports.outputs.context import PageContext
from portfolio_lab.reports.outputs.figures import render_png, render_thumbnail
from portfolio_lab.reports.outputs.lists import name_lists, write_lists
from portfolio_lab.reports.outputs.table_view import MAX_ROWS, link_rows, mute_rows, render_table
from portfolio_lab.reports.outputs.tables import (
    choose_columns,
    describe_columns,
    flatten_frame,
    sort_frame,
    write_table,
)
from portfolio_lab.reports.page_files import METADATA_KEY, PAGE_LAYOUT
from portfolio_lab.reports.pictures import shown_size
from portfolio_lab.reports.safe_text import checked_id, paragraph, visible, without_marks


class Outputs:
    """Headline, facts, tables and figures of one report. Without a folder nothing is written, only shown."""

    def __init__(self, folder: Path | None, *, context: PageContext) -> None:
        self.folder = None if folder is None else Path(folder)
        self.context = context
        self.facts: dict[str, dict] = {}
        self.page: dict = {
            "layout": PAGE_LAYOUT,
            **context.as_json(),
            "headline": None,
            "decision": "",
            "thumbnail": None,
            "tiles": [],
            "tables": {},
            "figures": {},
            "missing": [],
        }
        self._save()

    def headline(self, text: str, *, decision: str = "") -> None:
        """State the answer in one sentence and, where there is one, the decision that is asked for."""
        if not text.strip():
            raise AnalysisError("a headline without words", remedy="state the answer in one sentence")
        self.page["headline"], self.page["decision"] = text, decision
        self._save()
        asked = f"<p><em>Decision asked for:</em> {paragraph(decision)}</p>" if decision else ""
        self._show("headline", f"<p><strong>{paragraph(text)}</strong></p>{asked}", text)

    def fact(
        self,
        fact_id: str,
        value: object,
        *,
        label: str,
        unit: str,
        interval: tuple[float, float] | None = None,
        better: str | None = None,
        method: str = "",
        tile: bool = True,
    ) -> None:
        """Record one number of the report; the first seven with `tile` stand on top of the page."""
        self._new(self.facts, fact_id, of="fact")
        fact = build_fact(value, label=label, unit=unit, interval=interval, better=better, method=method)
        self.facts[fact_id] = {**fact, "definition": self.context.definition}
        if tile:
            self.page["tiles"].append(fact_id)
        self._save()
        text = self._fact_in_words(fact_id)
        self._show("fact", f"<p>{html.escape(visible(text))}</p>", text)

    def table(
        self,
        table_id: str,
        frame: pd.DataFrame,
        title: str,
        *,
        units: Mapping[str, str] | None = None,
        labels: Mapping[str, str] | None = None,
        sort: str | None = None,
        columns: Sequence[str] | None = None,
        lists: Mapping[str, pd.DataFrame] | None = None,
        muted: str | None = None,
    ) -> None:
        """Show at most 50 rows, write all as CSV and Parquet; `sort` names a column, descending after a minus.

        `columns` are those that the page shows (default: all; none of them: only links); the files hold every one.
        `lists` has a list of its own for each value of the first column: a file that the value links to. `muted` names
        a column of yes and no: rows with yes are shown in grey; their words must say the same.
        A table without rows is written too, but shown as one sentence: a head over nothing looks like a fault.
        """
        self._new(self.page["tables"], table_id, of="table")
        flat = flatten_frame(frame)
        described = describe_columns(flat, units=units, labels=labels)
        shown_columns = choose_columns(described, columns)
        flat = sort_frame(flat, sort)
        if self.folder is not None:
            write_table(flat, folder=self.folder / "tables", table_id=table_id)
        all_columns = [{"name": column.name, "label": column.label, "unit": column.unit} for column in described]
        n_shown = min(len(flat), MAX_ROWS) if shown_columns else 0
        entry = {"title": title, "n_rows": len(flat), "n_shown": n_shown, "columns": all_columns}
        self.page["tables"][table_id] = entry
        if flat.empty:
            self._save()
            self.say(f"{title}: none.")
            return
        shown = render_table(flat, shown_columns, table_id=table_id, title=title, context=self.context)
        if muted is not None:
            shown = mute_rows(shown, flat[muted].head(MAX_ROWS).tolist())
        if lists is not None:
            shown = self._link_lists(table_id, flat.iloc[:, 0].astype(str).tolist(), lists, shown)
        rows = {
            "n_rows": len(flat),
            "n_shown": n_shown,
            "rows_text": format_number(len(flat), locale=self.context.locale),
        }
        self._save()
        self._show("table", shown, f"{title}: {len(flat)} rows", id=table_id, title=visible(title), **rows)

    def figure(
        self,
        figure_id: str,
        figure: Figure | Axes,
        alt: str,
        caption: str,
        *,
        thumbnail: bool = False,
    ) -> None:
        """Show a figure whose `alt` states what it shows in words; write it as PNG at twice its size."""
        self._new(self.page["figures"], figure_id, of="figure")
        if not alt.strip() or not caption.strip():
            remedy = "say in `alt` what the figure shows and in `caption` how to read it"
            raise AnalysisError(f"figure {figure_id} lacks its alt text or its caption", remedy=remedy)
        alt = without_marks(alt)
        sheet = figure.figure
        png = render_png(sheet)
        self._write_bytes(f"figures/{figure_id}.png", png)
        if thumbnail:
            self._write_bytes(f"figures/{figure_id}_small.png", render_thumbnail(sheet))
            self.page["thumbnail"] = {"file": f"figures/{figure_id}_small.png", "alt": alt}
        self.page["figures"][figure_id] = {"alt": alt, "caption": caption}
        plt.close(sheet)
        self._save()
        self._show_figure(png, figure_id, alt, caption)

    @contextmanager
    def fold(self, title: str) -> Iterator[None]:
        """Put what is shown inside into a fold that opens on a click and stands open on paper; not one in another."""
        self._show("fold", f"<p><em>{paragraph(title)}</em></p>", title, title=visible(title))
        try:
            yield
        finally:
            self._show("fold_end", "", "")

    def say(self, text: str) -> None:
        """Show a paragraph of plain text; **bold** is the only mark that is understood."""
        self._show("say", f"<p>{paragraph(text)}</p>", text)

    def missing(self, table: str, text: str) -> None:
        """Say in one sentence what this page cannot say because a table was not brought."""
        self.page["missing"].append({"table": table, "text": text})
        self._save()
        self._show("missing", f"<p>{paragraph(text)}</p>", text, table=visible(table))

    def _new(self, known: Mapping, name: str, *, of: str) -> None:
        if checked_id(name, of=of) in known:
            raise AnalysisError(f"a second {of} is called {name}", remedy=f"give each {of} an id of its own")

    def _fact_in_words(self, fact_id: str) -> str:
        fact, shown_in = self.facts[fact_id], {"locale": self.context.locale, "currency": self.context.currency}
        change = describe_change(fact, self.context.previous_facts.get(fact_id), **shown_in)
        interval = show_interval(fact, **shown_in)
        notes = [note for note in (interval, change.text if change.kind != "new" else "") if note]
        return f"{fact['label']}: {show_fact(fact, **shown_in)}" + (f" ({'; '.join(notes)})" if notes else "")

    def _show(self, kind: str, shown: str, plain: str, **more: object) -> None:
        metadata = {METADATA_KEY: {"kind": kind, **more}}
        display({"text/html": shown, "text/plain": visible(plain)}, raw=True, metadata=metadata)

    def _link_lists(self, table_id: str, names: list[str], lists: Mapping[str, pd.DataFrame], shown: str) -> str:
        """Write the list of each name and return the table with its names as links."""
        addresses = name_lists(names, table_id=table_id)
        if self.folder is not None:
            write_lists(lists, addresses, folder=self.folder)
        return link_rows(shown, list(addresses.values())[:MAX_ROWS])

    def _show_figure(self, png: bytes, figure_id: str, alt: str, caption: str) -> None:
        width, height = shown_size(png)
        picture = {"alt": visible(alt), "width": width, "height": height}
        own = {"kind": "figure", "id": figure_id, "caption": visible(caption), **picture}
        metadata = {"image/png": picture, METADATA_KEY: own}
        display({"image/png": base64.b64encode(png).decode(), "text/plain": visible(alt)}, raw=True, metadata=metadata)
        self._show("caption", f"<p><small>{paragraph(caption)}</small></p>", caption)

    def _write_bytes(self, name: str, content: bytes) -> None:
        if self.folder is not None:
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def _save(self) -> None:
        """Write facts.json and page.json whenever they change, so that a run that ends early leaves what it knew."""
        for name, content in {"facts.json": self.facts, "page.json": self.page}.items():
            self._write_bytes(name, json.dumps(content, indent=1, allow_nan=False).encode())
