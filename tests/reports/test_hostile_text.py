"""Two hundred hostile strings through every place where a company's text can reach a page: none acts, none is lost."""

import csv
import json
import re
from datetime import date

import openpyxl
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from nbformat.v4 import new_output

from portfolio_lab.errors import AnalysisError
from portfolio_lab.reports.index import build_archive, build_review_index
from portfolio_lab.reports.outputs import Coverage
from portfolio_lab.reports.publish import render_failure
from portfolio_lab.reports.safe_text import unguard_cell, visible, without_marks
from portfolio_lab.reports.workbook import write_workbook

ACT = "window.acted=1;alert(1)"
EVENTS = ("onerror", "onload", "onclick", "onmouseover", "onfocus", "onanimationstart", "ontoggle", "onbegin")
TAGS = (
    "img src=x",
    "svg",
    "body",
    "details open",
    "iframe",
    "input autofocus",
    "video src=x",
    "marquee",
    "math",
    "object",
)
SCRIPTS = [
    f"<script>{ACT}</script>",
    f"<ScRiPt >{ACT}</sCrIpT>",
    f"</script><script>{ACT}</script>",
    f"<scr<script>ipt>{ACT}</scr</script>ipt>",
    f"</style><script>{ACT}</script>",
    f"</title><script>{ACT}</script>",
    f"</textarea><script>{ACT}</script>",
    f"</td></tr></table><script>{ACT}</script>",
    f"--><script>{ACT}</script><!--",
    f"]]><script>{ACT}</script>",
    f'"><script>{ACT}</script>',
    f"'><script>{ACT}</script>",
    f"`><script>{ACT}</script>",
    f"<svg><script>{ACT}</script></svg>",
    f"<iframe srcdoc='<script>{ACT}</script>'></iframe>",
    f"<iframe src=javascript:{ACT}></iframe>",
    f"<a href='javascript:{ACT}'>click</a>",
    f"<a href='data:text/html,<script>{ACT}</script>'>click</a>",
    f"<form action=javascript:{ACT}><button>send</button></form>",
    f"<meta http-equiv=refresh content='0;url=javascript:{ACT}'>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<base href=//evil.example/>",
    "<style>body{display:none}</style>",
    "<!--",
    "<![CDATA[",
    "<?php echo 1 ?>",
    "&lt;script&gt;",
    "&#60;script&#62;",
    "&amp;&nbsp;&copy;",
    "<",
    ">",
    '"',
    "'",
    "&",
    "</pre>",
    "</main></body></html>",
    "<b>bold</b>",
    "<table><caption>x</caption></table>",
]
ATTRIBUTES = [f"{quote} {event}={ACT} x={quote}" for quote in ("'", '"') for event in EVENTS]
ELEMENTS = [f"<{tag} {event}={ACT}>" for tag in TAGS for event in EVENTS]
MARKDOWN = [
    f"[click](javascript:{ACT})",
    f"![x](x 'y' onerror={ACT})",
    f"## <script>{ACT}</script>",
    "**bold** and _italic_ and `code`",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "```html\n<script></script>\n```",
    "$$\\frac{1}{0}$$",
    "$\\frac",
    "[x]: javascript:alert(1)",
    "<javascript:alert(1)>",
    "> quote",
    "# title",
    "***",
    "****",
    "**",
]
TEMPLATES = [
    "{{ 7 * 7 }}",
    "{% for x in ().__class__.__base__.__subclasses__() %}{% endfor %}",
    "{{ ''.__class__ }}",
    "{# comment #}",
    "${7*7}",
    "#{7*7}",
    "<%= 7 * 7 %>",
    "{0.__class__}",
    "%s%n%d",
    "%(x)s",
    "{page.title}",
]
FORMULAS = [
    "=1+1",
    '=HYPERLINK("http://evil.example","click")',
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1+1",
    "-",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "＝1+1",
    "＋1",
    "x,=1+1",
    "x;=1+1;y",
    'x","=1+1',
    "x\t=1+1",
    "x|=1+1",
    "'=1+1",
    "''quoted",
    "=",
]
PATHS = [
    "../../etc/passwd",
    "..\\..\\windows\\system32",
    "/etc/passwd",
    "C:\\Windows",
    "con",
    "file:///etc/passwd",
    "a/b/c",
    ".",
    "..",
    "~root",
    "%2e%2e%2f",
]
YAML_AND_PYTHON = [
    "!!python/object/apply:os.system ['true']",
    "key: value",
    "- item",
    "NO",
    "0123",
    "12:30",
    "null",
    "&anchor *alias",
    "'''",
    '"""',
    "'; import os; os._exit(1) #",
    '"; import os; os._exit(1) #',
    "\\",
    "\\n",
    "\\x00",
    "\\N{BULLET}",
    "f'{1}'",
    "None",
    "nan",
    "__import__('os')",
]
UNICODE = [
    "nul\x00byte",
    "bell\x07",
    "escape\x1b[31mred\x1b[0m",
    "delete\x7f",
    "next\x85line",
    "\u202eright to left",
    "\u2066isolate\u2069",
    "zero\u200bwidth",
    "\ufeffmark",
    "e\u0301",
    "Z\u0351\u036b\u0343\u036a\u0302\u036ba\u0301lgo",
    "👩‍👩‍👧‍👦 family",
    "🏴‍☠️",
    "مرحبا",
    "שלום",
    "日本語の顧客",
    "ﬁ",
    "İstanbul ı",
    "ß",
    "\U0001d54f",
    "half\ud800",
    "line\nbreak",
    "carriage\r\nreturn",
    "tab\there",
    "line\u2028separator",
    " leading",
    "trailing ",
    "  ",
    "x" * 2000,
]
EVERYTHING = SCRIPTS + ATTRIBUTES + ELEMENTS + MARKDOWN + TEMPLATES + FORMULAS + PATHS + YAML_AND_PYTHON + UNICODE
STRINGS = list(dict.fromkeys(EVERYTHING))

ALIVE = """
const found = [];
for (const e of document.querySelectorAll('*')) {
  if (/^(script|iframe|object|embed|form|input|button|base|link|video|audio|marquee|math|textarea)$/i.test(e.tagName))
    found.push(e.outerHTML.slice(0, 200));
  if (e.tagName === 'META' && /refresh/i.test(e.httpEquiv)) found.push(e.outerHTML);
  for (const a of e.attributes) {
    if (/^on/i.test(a.name)) found.push(a.name + ' on ' + e.tagName);
    if (/^(src|href|action|srcdoc)$/i.test(a.name) && /^\\s*(javascript|data:text|https?:|\\/\\/|file:)/i.test(a.value))
      found.push(a.name + '=' + a.value.slice(0, 80));
  }
}
return {found, acted: window.acted || null, styles: document.querySelectorAll('style').length,
        mains: document.querySelectorAll('main').length};
"""


def said(text):
    """A sentence as a reader sees it: **bold** is the one mark that is understood."""
    return re.sub(r"\*\*(.+?)\*\*", r"\1", visible(text), flags=re.DOTALL)


def assert_harmless(browser):
    state = browser.execute_script(ALIVE)
    assert state == {"found": [], "acted": None, "styles": 1, "mains": 1}
    assert browser.get_log("browser") == []


def texts_of(browser, selector):
    return set(
        browser.execute_script("return [...document.querySelectorAll(arguments[0])].map(e => e.textContent)", selector)
    )


def hostile_steps():
    chunks = [STRINGS[i : i + 45] for i in range(0, len(STRINGS), 45)]
    frame = pd.DataFrame({"name": STRINGS, "note": STRINGS[::-1], "amount": range(len(STRINGS))})
    steps = [lambda out: out.headline(" ¦ ".join(STRINGS), decision=" ¦ ".join(STRINGS))]
    steps += [
        lambda out, i=i, text=text: out.fact(f"f{i}", text, label=text or "-", unit="text", method=text)
        for i, text in enumerate(STRINGS)
        if text.strip()
    ]
    steps += [lambda out, text=text: out.say(text) for text in STRINGS]
    steps += [lambda out, text=text: out.missing(text, text) for text in STRINGS]
    for i, chunk in enumerate(chunks):
        pivot = pd.DataFrame(
            [range(len(chunk))], columns=pd.Index(chunk, name=chunk[0]), index=pd.Index([chunk[-1]], name=chunk[-1])
        )
        steps.append(
            lambda out, i=i, part=frame.iloc[45 * i : 45 * i + 45]: out.table(f"t{i}", part, " ¦ ".join(part["name"]))
        )
        steps.append(lambda out, i=i, pivot=pivot: out.table(f"p{i}", pivot, "pivoted"))
    steps.append(lambda out: out.table("whole", frame, "all"))
    steps.append(lambda out: out.figure("drawn", drawn(), " ¦ ".join(STRINGS), " ¦ ".join(STRINGS), thumbnail=True))
    return steps


def drawn():
    figure, axes = plt.subplots()
    axes.set_title("$\\frac <script>")
    axes.bar(["$\\frac", "<b>"], [1, 2])
    return figure


FOREIGN = [
    *(new_output("display_data", data={"text/html": f"<div>{text}</div>"}) for text in SCRIPTS + ELEMENTS),
    *(new_output("display_data", data={"text/markdown": f"## {text}\n\n{text}"}) for text in SCRIPTS + MARKDOWN),
    new_output("display_data", data={"image/svg+xml": f"<svg onload={ACT}><script>{ACT}</script></svg>"}),
    new_output(
        "display_data", data={"image/png": f"x' onerror={ACT} y='"}, metadata={"image/png": {"alt": SCRIPTS[10]}}
    ),
    new_output("display_data", data={"application/javascript": ACT}),
    *(
        new_output("stream", name=name, text="\n".join(visible(text) for text in STRINGS))
        for name in ("stdout", "stderr")
    ),
    new_output("error", ename="E", evalue="v", traceback=[visible(text) for text in STRINGS]),
]


@pytest.fixture(scope="module")
def hostile_run(tmp_path_factory, write_report, failing_record, manifest_of):
    run = tmp_path_factory.mktemp("hostile") / "run"
    everything = " ¦ ".join(STRINGS)
    words = {"title": SCRIPTS[0], "question": everything, "run_title": SCRIPTS[6], "period": SCRIPTS[10]}
    past = {"f1": {"value": STRINGS[5], "unit": "text", "method": STRINGS[1], "definition": "abc123"}}
    coverage = Coverage(source=everything, n_rows_read=1, n_rows_kept=1, notes=tuple(STRINGS))
    for number, day in enumerate((date(2026, 6, 30), date(2026, 9, 30)), start=1):
        build = run / ".builds" / f"{number:04d}_{day}"
        steps = hostile_steps() if number == 2 else [hostile_steps()[1]]
        foreign = FOREIGN if number == 2 else ()
        previous = {"previous_as_of": date(2026, 6, 30), "previous_facts": past, "previous_period": SCRIPTS[11]}
        context = {**words, **previous, "coverage": coverage, "as_of": day}
        write_report(build / "abc_classes", steps, foreign=foreign, **context)
        manifest_of(build, as_of=str(day))
        (run / str(day)).symlink_to(f".builds/{build.name}")
    build_review_index(build)
    write_workbook(build)
    attempt = run / "failed" / "0003_2026-12-31"
    (attempt / "abc_classes").mkdir(parents=True)
    manifest_of(attempt, as_of="2026-12-31", status="failed", problem=everything, title=SCRIPTS[5])
    error = {"name": STRINGS[0], "message": everything, "traceback": STRINGS}
    parameters = {text: text for text in STRINGS}
    cell = {"index": 1, "number": 1, "source": "\n".join(STRINGS)}
    record = failing_record(error=error, parameters=parameters, cell=cell, sentence=everything, title=SCRIPTS[7])
    (attempt / "abc_classes" / "run.json").write_text(json.dumps(record))
    render_failure(attempt)
    build_archive(run)
    return run


@pytest.fixture(scope="module")
def build(hostile_run):
    return hostile_run / "2026-09-30"


def test_there_are_two_hundred_of_them():
    assert len(STRINGS) >= 200


@pytest.mark.browser
def test_report_page(build, open_page):
    browser = open_page(build / "abc_classes" / "report.html")
    assert_harmless(browser)
    cells = texts_of(browser, "tbody th")
    heads = "\n".join(texts_of(browser, "thead th")).lower()
    labels = texts_of(browser, ".folds tbody th")
    paragraphs = texts_of(browser, "main p")
    captions = texts_of(browser, "caption")
    alts = browser.execute_script("return [...document.images].map(i => i.alt)")
    joined = visible(without_marks(" ¦ ".join(STRINGS)))
    # a text of blanks alone is one blank on a page; a header of one plain word gets a capital letter
    strings = [text for text in STRINGS if text.strip()]
    assert [text for text in strings if visible(text) not in cells] == []
    assert [text for text in strings if visible(text) not in labels] == []
    assert [text for text in strings if visible(text).lower() not in heads] == []
    assert [text for text in strings if said(text) not in paragraphs] == []
    assert [text for text in strings if not any(visible(text) in caption for caption in captions)] == []
    assert joined in alts
    assert said(" ¦ ".join(STRINGS)) in texts_of(browser, "h1")
    assert said(" ¦ ".join(STRINGS)) in texts_of(browser, "figcaption")
    printed = "\n".join(texts_of(browser, "pre"))
    assert [text for text in strings if visible(text) not in printed] == []


@pytest.mark.browser
@pytest.mark.parametrize(
    ("page", "places"),
    [
        ("2026-09-30/index.html", "tbody th, tbody td, li, h3, p"),
        ("index.html", "tbody th, tbody td, h1, h2"),
        ("failed/0003_2026-12-31/failure.html", "dt, dd, pre, p, h2"),
    ],
)
def test_review_archive_and_failure_page(page, places, hostile_run, open_page):
    browser = open_page(hostile_run / page)
    assert_harmless(browser)
    shown = "\n".join(texts_of(browser, places))
    wanted = STRINGS if page != "index.html" else [STRINGS[0]]
    assert [text for text in wanted if said(text) not in shown and visible(text) not in shown] == []


def test_parquet_keeps_every_text_and_csv_guards_and_gives_it_back(build):
    folder = build / "abc_classes" / "tables"
    kept = [text.encode("utf-8", "backslashreplace").decode() for text in STRINGS]
    assert pd.read_parquet(folder / "whole.parquet")["name"].tolist() == kept
    with (folder / "whole.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [row["name"][0] for row in rows if row["name"] and row["name"][0] in "=+-@\t\r＝＋－＠"] == []
    assert [unguard_cell(row["name"]) for row in rows] == kept
    assert [row["amount"] for row in rows] == [str(i) for i in range(len(STRINGS))]


def test_no_semicolon_tab_or_quote_of_another_locale_opens_a_formula(build):
    text = (build / "abc_classes" / "tables" / "whole.csv").read_text(encoding="utf-8")
    assert re.findall(r"[;|\t,\"]\s*[=+@＝＋＠]", text.replace('""', '"')) == []


def test_workbook_stores_text_as_text_and_links_nothing(build):
    book = openpyxl.load_workbook(build / "review.xlsx")
    sheet = book["abc_classes whole"]
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    kept = [_unescaped(str(cell.value)) for cell in cells if cell.value is not None]
    assert kept == [text.encode("utf-8", "backslashreplace").decode() for text in STRINGS]
    every = [cell for page in book for row in page.iter_rows() for cell in row]
    assert [cell.value for cell in every if cell.data_type == "f"] == []
    outside = [cell.hyperlink.target for cell in every if cell.hyperlink and cell.hyperlink.target]
    assert outside == []


def _unescaped(text):
    return re.sub(r"_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), text)


@pytest.mark.parametrize(
    "name",
    [*(path for path in PATHS if path != "con"), "", "A", "a-b", "a.b", "a" * 61, "1a", "a\n", "é", None, *SCRIPTS[:3]],
)
def test_no_text_of_a_company_becomes_a_file_name(name, tmp_path, write_report):
    frame = pd.DataFrame({"a": [1]})
    with pytest.raises(AnalysisError, match="cannot be the id of a table"):
        write_report(tmp_path / "r", [lambda out: out.table(name, frame, "t")])
    assert not (tmp_path / "r" / "tables").exists()
