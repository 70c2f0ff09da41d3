"""The flow of an executed notebook as HTML: our outputs as they were meant, everybody else's sanitised, code apart."""

import base64
import html
import re
from functools import cache

import nh3
from nbconvert.exporters import HTMLExporter
from nbconvert.filters import Highlight2HTML, strip_ansi
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode

from portfolio_lab.reports.page_files import METADATA_KEY
from portfolio_lab.reports.pages import TEMPLATES
from portfolio_lab.reports.safe_text import paragraph, visible

FULL_WIDTH = 560
SHORT_TABLE = 15
NOT_SHOWN = "An output that this page cannot show."
METHOD_TAG = "method"
SECTION = re.compile(r"\A\s*##\s")
METHOD_HEADING = re.compile(r"\A\s*#{1,4}\s*(method|limits)\b.*", re.IGNORECASE)
TITLE_HEADING = re.compile(r"\A\s*#\s[^\n]*\n?")
FOREIGN_TAGS = frozenset(nh3.ALLOWED_TAGS) - {"img", "map", "area"}
HEADING = re.compile(r"<h([1-6])([^>]*)>(.*?)</h\1>", re.DOTALL)
SHOWN_IN_PLACE = ("say", "missing", "table", "figure", "fold", "fold_end")


def split_cells(notebook: NotebookNode, *, question: str = "") -> tuple[list[NotebookNode], list[NotebookNode]]:
    """Return the cells on the result, and those on method and limits: tagged `method`, or under that heading.

    Title and question are left out of the first text cell: they stand on top of the page. So is a section of the
    results whose code showed nothing.
    """
    results, method, in_method = [], [], False
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and cell.source.lstrip().startswith("#"):
            in_method = bool(METHOD_HEADING.match(cell.source))
        is_method = in_method or METHOD_TAG in cell.metadata.get("tags", [])
        (method if is_method else results).append(_without_own_heading(cell, question))
    return _leave_out_empty(results), method


def _leave_out_empty(cells: list[NotebookNode]) -> list[NotebookNode]:
    """Sections of text alone stay; of those with code only the ones that show something."""
    sections = [[]]
    for cell in cells:
        if cell.cell_type == "markdown" and SECTION.match(cell.source):
            sections.append([])
        sections[-1].append(cell)
    kept = [section for section in sections[1:] if _shows_something(section)]
    return [cell for section in (sections[0], *kept) for cell in section]


def _shows_something(section: list[NotebookNode]) -> bool:
    code = [cell for cell in section if cell.cell_type == "code"]
    outputs = [output for cell in code for output in cell.outputs]
    return not code or any(safe_output(output) for output in outputs)


def render_cells(cells: list[NotebookNode], notebook: NotebookNode) -> str:
    """Return outputs and text of the cells as HTML, without their code."""
    part = NotebookNode(notebook | {"cells": cells})
    body, _ = _exporter().from_notebook_node(part)
    return body.strip()


def render_code(notebook: NotebookNode) -> list[str]:
    """Return the highlighted source of each code cell."""
    highlight = Highlight2HTML(pygments_lexer="ipython3")
    return [
        highlight(visible(cell.source)) for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()
    ]


def order_headings(body: str, *, top: int) -> tuple[str, list[dict[str, str]]]:
    """Return the body with headings from level `top` on, none skipped, each with an id; and those of the top level."""
    contents, last, used = [], top - 1, 0

    def place(found: re.Match) -> str:
        nonlocal last, used
        last = max(top, min(int(found[1]), last + 1))
        used += 1
        name = f"section-{top}-{used}"
        if last == top:
            contents.append({"id": name, "text": html.unescape(re.sub(r"<[^>]+>", "", found[3]))})
        return f'<h{last} id="{name}">{found[3]}</h{last}>'

    return HEADING.sub(place, body), contents


def own_output(output: NotebookNode) -> str:
    """Return an output of ours as HTML; headline and facts stand on top of the page already."""
    own = output.metadata[METADATA_KEY]
    if own["kind"] not in SHOWN_IN_PLACE:
        return ""
    if own["kind"] == "fold":
        return f'<details class="part"><summary>{html.escape(visible(own["title"]))}</summary>'
    if own["kind"] == "fold_end":
        return "</details>"
    if own["kind"] == "figure":
        return _figure(output.data["image/png"], own)
    if own["kind"] == "table":
        return _table(output.data["text/html"], own)
    css = ' class="missing"' if own["kind"] == "missing" else ""
    return output.data["text/html"].replace("<p>", f"<p{css}>", 1)


def foreign_output(output: NotebookNode) -> str:
    """Return an output that did not come through Outputs as HTML that cannot do anything."""
    if output.output_type == "stream":
        shown = safe_text(output.text)
        return shown if output.name == "stdout" else _folded("Messages of the run", shown)
    if output.output_type == "error":
        return safe_text("\n".join(output.traceback))
    data = output.get("data", {})
    for kind in ("image/png", "image/jpeg"):
        if kind in data:
            return _foreign_picture(kind, "".join(data[kind].split()), output)
    if "image/svg+xml" in data:
        encoded = base64.b64encode("".join(data["image/svg+xml"]).encode()).decode()
        return _foreign_picture("image/svg+xml", encoded, output)
    if "text/html" in data:
        return _scroll(sanitise(data["text/html"]), "Output")
    if "text/markdown" in data:
        return safe_markdown(data["text/markdown"])
    return safe_text(data.get("text/plain", NOT_SHOWN))


def safe_output(output: NotebookNode) -> str:
    """Return any output of a cell as HTML for the page."""
    is_own = METADATA_KEY in output.get("metadata", {})
    return own_output(output) if is_own else foreign_output(output)


def safe_markdown(source: str) -> str:
    """Return Markdown as HTML; whatever could act in it is taken out."""
    renderer = IPythonRenderer(escape=False, exclude_anchor_links=True)
    rendered = MarkdownWithMath(renderer=renderer).render(visible(source))
    return f'<div class="prose">{sanitise(rendered)}</div>' if rendered.strip() else ""


def safe_text(text: str) -> str:
    """Return plain text as a block of its own."""
    # a browser drops one line break after the tag: give it one to drop
    return f"<pre>\n{html.escape(visible(strip_ansi(text)))}</pre>"


def sanitise(foreign: str) -> str:
    """Return HTML of others without scripts, styles, events, pictures and forms."""
    return nh3.clean(visible(foreign), tags=set(FOREIGN_TAGS))


@cache
def _exporter() -> HTMLExporter:
    filters = {"safe_output": safe_output, "safe_markdown": safe_markdown, "safe_text": safe_text}
    return HTMLExporter(template_name="notebook", extra_template_basedirs=[str(TEMPLATES)], filters=filters)


def _without_own_heading(cell: NotebookNode, question: str) -> NotebookNode:
    if cell.cell_type != "markdown":
        return cell
    # the page has its own title, and the fold of the method its own heading
    source = METHOD_HEADING.sub("", TITLE_HEADING.sub("", cell.source, count=1), count=1)
    if question and source.strip(" \n*_") == question:
        source = ""
    return NotebookNode(cell | {"source": source})


def _figure(png: str, own: dict) -> str:
    is_full = own["width"] >= FULL_WIDTH
    size = "" if is_full else ' class="own-size"'
    alt, caption = html.escape(visible(own["alt"])), paragraph(own["caption"])
    picture = (
        f'<img src="data:image/png;base64,{_base64(png)}" alt="{alt}" width="{own["width"]}" height="{own["height"]}">'
    )
    # on a phone its words would be too small to be read: there it keeps its size and is moved sideways
    shown = _scroll(picture, own["caption"]) if is_full else picture
    return f'<figure id="figure-{own["id"]}"{size}>{shown}<figcaption>{caption}</figcaption></figure>'


def _table(shown: str, own: dict) -> str:
    if not own["n_shown"]:
        return f'<p class="note" id="table-{own["id"]}">{html.escape(visible(own["title"]))}. {_table_note(own)}</p>'
    start, end = shown.index("<table"), shown.rindex("</table>") + len("</table>")
    table = re.sub(r"<table[^>]*>", "<table>", shown[start:end], count=1)
    note = f'<p class="note">{_table_note(own)}</p>'
    css = "table short" if own["n_shown"] <= SHORT_TABLE else "table long"
    return f'<div class="{css}" id="table-{own["id"]}">{_scroll(table, own["title"])}{note}</div>'


def _table_note(own: dict) -> str:
    is_cut = own["n_rows"] > own["n_shown"] > 0
    rows = f"The first {own['n_shown']} of {own.get('rows_text', own['n_rows'])} rows. " if is_cut else ""
    files = [
        f'<a href="tables/{own["id"]}.{ending}">{words}</a>'
        for ending, words in (("csv", "CSV"), ("parquet", "Parquet"))
    ]
    return f'{rows}<span class="links">All rows: {" · ".join(files)}</span>'


def _scroll(inner: str, name: str) -> str:
    return f'<div class="scroll" role="region" aria-label="{html.escape(visible(name))}" tabindex="0">{inner}</div>'


def _foreign_picture(kind: str, encoded: str, output: NotebookNode) -> str:
    if not _is_base64(encoded):
        return safe_text(NOT_SHOWN)
    described = output.get("metadata", {}).get(kind, {}).get("alt", "")
    alt = html.escape(visible(described or "A picture without a description."))
    return f'<figure><img src="data:{kind};base64,{encoded}" alt="{alt}"></figure>'


def _is_base64(text: str) -> bool:
    try:
        return bool(base64.b64decode(text, validate=True))
    except ValueError:
        return False


def _base64(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9+/=]", "", text)


def _folded(name: str, inner: str) -> str:
    return f'<details class="inline"><summary>{name}</summary>{inner}</details>'
