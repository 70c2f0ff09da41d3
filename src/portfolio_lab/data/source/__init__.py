"""The sources: the only place that opens an engine. Everything above sees Ibis tables and readers."""

from portfolio_lab.data.source.address import secrets_of
from portfolio_lab.data.source.engines import hash_rows
from portfolio_lab.data.source.kept import keep_table
from portfolio_lab.data.source.lines import FindLines
from portfolio_lab.data.source.opened import Source, open_source, open_staged
from portfolio_lab.data.source.reading import ColumnReader, bounded, named
from portfolio_lab.data.source.state import file_state
from portfolio_lab.data.source.survey import SurveyedTable, survey_source
from portfolio_lab.data.source.tables import FILE, ROW, RawTable, RejectedLine

__all__ = [
    "FILE",
    "ROW",
    "ColumnReader",
    "FindLines",
    "RawTable",
    "RejectedLine",
    "Source",
    "SurveyedTable",
    "bounded",
    "file_state",
    "hash_rows",
    "keep_table",
    "named",
    "open_source",
    "open_staged",
    "secrets_of",
    "survey_source",
]
