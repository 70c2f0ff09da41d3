import base64

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell

from portfolio_lab.reports.notebook_flow import (
    foreign_output,
    order_headings,
    own_output,
    render_cells,
    render_code,
    safe_markdown,
    split_cells,
)

PNG = base64.b64encode(b"\x89PNG not really").decode()


def markdown(*sources):
    return new_notebook(cells=[new_markdown_cell(source) for source in sources])


def sources(cells):
    return [cell.source for cell in cells]


def test_method_begins_at_its_heading_and_ends_at_the_next():
    notebook = markdown("# Title", "## Result", "## Method and limits\n\nBy hand.", "More.", "## After")
    results, method = split_cells(notebook)
    assert sources(results) == ["", "## Result", "## After"]
    assert [source.strip() for source in sources(method)] == ["By hand.", "More."]


def test_a_cell_tagged_method_belongs_to_the_method():
    notebook = markdown("## Result", "By hand.")
    notebook.cells[1].metadata.tags = ["method"]
    assert sources(split_cells(notebook)[1]) == ["By hand."]


def test_a_section_whose_code_showed_nothing_is_left_out():
    said = new_code_cell("say()", outputs=[new_output("stream", name="stdout", text="There.")])
    silent = [new_code_cell("if is_ready:\n    say()") for _ in range(3)]
    parts = [new_markdown_cell("# Title"), silent[0], new_markdown_cell("## Empty\n\nWhat follows."), silent[1]]
    parts += [new_markdown_cell("## Full"), silent[2], said, new_markdown_cell("## Text alone")]
    shown = [cell.source for cell in split_cells(new_notebook(cells=parts))[0] if cell.cell_type == "markdown"]
    assert shown == ["", "## Full", "## Text alone"]


@pytest.mark.parametrize("first", ["# Title\n\nWho?", "# Title\n\n*Who?*\n", "# Title\nWho?"])
def test_the_question_is_not_said_twice(first):
    assert sources(split_cells(markdown(first), question="Who?")[0]) == [""]


def test_what_the_first_cell_says_besides_stays():
    assert sources(split_cells(markdown("# Title\n\nWho? And why."), question="Who?")[0]) == ["\nWho? And why."]


def test_flow_shows_outputs_and_text_but_no_code():
    cell = new_code_cell("secret = 1", outputs=[new_output("stream", name="stdout", text="a < b")])
    notebook = new_notebook(cells=[new_markdown_cell("Some *words*."), cell, new_raw_cell("<raw>")])
    flow = render_cells(notebook.cells, notebook)
    assert "secret" not in flow
    assert "<em>words</em>" in flow
    assert "<pre>\na &lt; b</pre>" in flow
    assert "&lt;raw&gt;" in flow


def test_code_is_highlighted_and_escaped_and_empty_cells_are_left_out():
    code = render_code(new_notebook(cells=[new_code_cell("x = '<b>'"), new_code_cell(" "), new_markdown_cell("y")]))
    assert len(code) == 1
    assert "&lt;b&gt;" in code[0]


def test_headings_keep_their_order_without_skipping_and_get_an_id():
    body, contents = order_headings("<h1>A &amp; B</h1><h4 id='x'>C</h4><h2>D</h2><h6>E</h6>", top=2)
    assert body == (
        '<h2 id="section-2-1">A &amp; B</h2><h3 id="section-2-2">C</h3>'
        '<h2 id="section-2-3">D</h2><h3 id="section-2-4">E</h3>'
    )
    assert contents == [{"id": "section-2-1", "text": "A & B"}, {"id": "section-2-3", "text": "D"}]


def test_foreign_html_keeps_its_text_and_tables_and_nothing_that_acts():
    data = {"text/html": "<style>x</style><table onclick=x><tr><th scope=col>h</th></tr></table><img src=http://x>"}
    shown = foreign_output(new_output("display_data", data=data))
    assert 'scope="col">h</th>' in shown
    assert not any(word in shown for word in ("style", "onclick", "img", "http"))


@pytest.mark.parametrize(
    ("output", "shown"),
    [
        (new_output("stream", name="stderr", text="warned"), "<summary>Messages of the run</summary><pre>\nwarned"),
        (new_output("error", ename="E", evalue="v", traceback=["\x1b[31mTrace\x1b[0m"]), "<pre>\nTrace</pre>"),
        (new_output("display_data", data={"image/png": PNG}), 'alt="A picture without a description."'),
        (new_output("display_data", data={"image/svg+xml": "<svg/>"}), 'src="data:image/svg+xml;base64,PHN2Zy8+"'),
        (new_output("display_data", data={"image/png": "not base64"}), "An output that this page cannot show."),
        (new_output("display_data", data={"application/javascript": "x"}), "An output that this page cannot show."),
        (new_output("execute_result", data={"text/plain": "<Axes>"}), "<pre>\n&lt;Axes&gt;</pre>"),
        (new_output("display_data", data={"text/markdown": "**a**<script>"}), "<strong>a</strong>"),
    ],
)
def test_each_kind_of_foreign_output_is_shown_in_its_way(output, shown):
    assert shown in foreign_output(output)


def test_the_alt_text_of_a_foreign_picture_stays_within_its_quotes():
    output = new_output("display_data", data={"image/png": PNG}, metadata={"image/png": {"alt": '" onload="x'}})
    assert 'alt="&quot; onload=&quot;x">' in foreign_output(output)


def test_markdown_makes_no_link_that_acts():
    assert "javascript" not in safe_markdown("[x](javascript:alert(1))")
    assert safe_markdown("  ") == ""


def own(kind, data, **more):
    return new_output("display_data", data=data, metadata={"portfolio_lab": {"kind": kind, **more}})


def test_a_figure_has_alt_text_caption_and_size():
    shown = own_output(
        own("figure", {"image/png": PNG}, id="c", alt='"5%"', caption="**A** <b>", width=680, height=380)
    )
    assert f'src="data:image/png;base64,{PNG}" alt="&quot;5%&quot;" width="680" height="380"' in shown
    assert "<figcaption><strong>A</strong> &lt;b&gt;</figcaption>" in shown
    assert 'class="own-size"' not in shown


def test_a_small_figure_is_not_blown_up():
    assert 'class="own-size"' in own_output(
        own("figure", {"image/png": PNG}, id="c", alt="a", caption="c", width=300, height=1)
    )


@pytest.mark.parametrize(
    ("n_rows", "note"), [(2471, "The first 50 of 2,471 rows. <span"), (50, '<p class="note"><span')]
)
def test_a_table_links_all_its_rows_and_sheds_foreign_style(n_rows, note):
    data = {"text/html": '<div><style>x</style><table class="y"><tr></tr></table></div>'}
    rows = {"n_rows": n_rows, "rows_text": f"{n_rows:,}", "n_shown": 50}
    shown = own_output(own("table", data, id="t", title="<T>", **rows))
    assert '<a href="tables/t.csv">CSV</a> · <a href="tables/t.parquet">Parquet</a>' in shown
    assert 'aria-label="&lt;T&gt;" tabindex="0"><table><tr></tr></table></div>' in shown
    assert note in shown
    assert "style" not in shown


def test_a_table_that_is_in_the_files_only_is_a_line_with_links():
    shown = own_output(own("table", {"text/html": "<p>T</p>"}, id="t", title="<T>", n_rows=9, n_shown=0))
    assert shown.startswith('<p class="note" id="table-t">&lt;T&gt;. <span class="links">All rows: <a href="tables/t')
    assert "<table" not in shown


@pytest.mark.parametrize("kind", ["headline", "fact", "caption"])
def test_what_stands_on_top_of_the_page_is_not_repeated_in_the_flow(kind):
    assert own_output(own(kind, {"text/html": "<p>x</p>"})) == ""


def test_a_fold_is_closed_and_its_title_is_text():
    assert own_output(own("fold", {}, title="By <team>")) == (
        '<details class="part"><summary>By &lt;team&gt;</summary>'
    )
    assert own_output(own("fold_end", {})) == "</details>"


@pytest.mark.parametrize(("width", "is_moved"), [(560, True), (559, False)])
def test_a_figure_of_full_width_is_moved_sideways_on_a_phone(width, is_moved):
    shown = own_output(own("figure", {"image/png": PNG}, id="c", alt="a", caption="c", width=width, height=1))
    start = '<figure id="figure-c"><div class="scroll" role="region" aria-label="c" tabindex="0"><img'
    assert shown.startswith(start if is_moved else '<figure id="figure-c" class="own-size"><img')
