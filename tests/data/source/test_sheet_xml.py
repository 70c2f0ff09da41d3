import zipfile

import pytest

from portfolio_lab.data.source import sheet_xml
from portfolio_lab.data.source.sheet_xml import refuse_too_large, scan_sheet
from portfolio_lab.errors import DataError

SHEET = (
    '<x:worksheet xmlns:x="m"><x:sheetData>'
    '<x:row r="1"><x:c r="A1"><x:f>1+1</x:f><x:v>2</x:v></x:c><x:c r="B1"><x:f>A1</x:f></x:c></x:row>'
    '<x:row r="2"><x:c s="1" r="A2"><x:f>1+1</x:f><x:v></x:v></x:c>'
    '<x:c r="B2"><x:f t="shared" si="0"/><x:v/></x:c></x:row>'
    '</x:sheetData><x:mergeCells count="2"><x:mergeCell ref="A1:B1"/><x:mergeCell ref="C5:C9" /></x:mergeCells>'
    "</x:worksheet>"
)


def book(path, **members):
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            archive.writestr(f"{name}.xml", text)
    return path


@pytest.mark.parametrize("chunk", [1 << 20, 64, 200])
def test_merged_cells_and_formulas_without_a_result_are_found_across_the_borders_of_chunks(
    tmp_path, monkeypatch, chunk
):
    monkeypatch.setattr(sheet_xml, "CHUNK", chunk)
    look = scan_sheet(book(tmp_path / "b.xlsx", sheet=SHEET), "sheet.xml")
    assert look.merged == ("A1:B1", "C5:C9")
    assert (look.uncomputed, look.n_uncomputed) == (("B1", "A2", "B2"), 3)


def test_a_workbook_whose_texts_do_not_fit_into_memory_is_refused(tmp_path, monkeypatch):
    path = book(tmp_path / "b.xlsx", sharedStrings="x" * 2000)
    refuse_too_large(path)
    monkeypatch.setattr(sheet_xml, "MAX_TEXTS_BYTES", 1000)
    with pytest.raises(DataError, match="save its sheets as CSV"):
        refuse_too_large(path)
