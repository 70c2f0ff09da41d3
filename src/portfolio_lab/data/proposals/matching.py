"""Which table and column of a company is which of ours: by name and by what stands in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from portfolio_lab.data.proposals.oddities import note_what_is_odd
from portfolio_lab.data.proposals.parts import join_parts
from portfolio_lab.data.proposals.synonyms import COLUMNS, TABLES, bare_name, likeness
from portfolio_lab.data.proposals.values import ISO_DAY, day_formats, number_notations
from portfolio_lab.data.schema import CONTRACTS, Column, TableSpec, table_spec
from portfolio_lab.data.source import SurveyedTable
from portfolio_lab.data.source.reading import FALSE_WORDS, TRUE_WORDS

SURE = 0.9
NAMED = 0.5
MAX_ARMS = 10
OWN_NUMBERS = ("no", "nr", "id", "code", "num", "numero", "nummer", "codigo", "cod", "key")
UNIT_PRICES = ("unitprice", "price", "preis", "einzelpreis", "precio", "preciounitario", "prix", "prixunitaire")


@dataclass(frozen=True)
class ColumnProposal:
    """Where one of our columns may come from; ``is_sure`` where name and content both say so and nothing else fits.

    ``is_known``: the name itself is ours or a usual one for it. ``read_from``: their columns, where ``source`` is an
    expression over them.
    """

    column: str
    source: str
    is_sure: bool
    why: str
    others: tuple[str, ...] = ()
    is_known: bool = False
    read_from: tuple[str, ...] = ()


@dataclass(frozen=True)
class TableProposal:
    """Which of the company's tables one of ours may be, its columns, how its text is written, and what is not known.

    ``where`` would set aside the rows in which a column is blank that may not be.
    """

    table: str
    source: str
    columns: tuple[ColumnProposal, ...]
    unmatched: tuple[str, ...]
    is_sure: bool
    text_format: dict[str, str | int] = field(default_factory=dict)
    questions: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    keeps_unused: bool = False
    where: str = ""
    sheet: str | tuple[str, ...] | None = None
    file: str | None = None


@dataclass(frozen=True)
class Proposal:
    """What a source may be: the tables that were recognised, the names of those that were not, and what was noticed.

    ``notes`` are whole sentences on empty tables, and on tables that look like parts of one.
    """

    tables: tuple[TableProposal, ...]
    unrecognised: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def needs_orders(self) -> bool:
        """Whether order lines have to be asked for: nothing was recognised that a report can work on alone."""
        return not any(table.table == "orders" or table_spec(table.table).stands_alone for table in self.tables)


def propose(surveyed: Sequence[SurveyedTable]) -> Proposal:
    """Return what the surveyed tables may be: each of them at most one of ours, each of ours at most one of them."""
    surveyed = join_parts(surveyed)
    pairs = [(_score(spec, there), spec, there) for spec in map(table_spec, CONTRACTS) for there in surveyed]
    chosen: dict[str, tuple[float, TableSpec, SurveyedTable]] = {}
    for score, spec, there in sorted(pairs, key=lambda pair: -pair[0]):
        taken = {one[2].name for one in chosen.values()}
        if score > 0 and spec.name not in chosen and there.name not in taken:
            chosen[spec.name] = (score, spec, there)
    if "orders" not in chosen:
        taken = {one[2].name for one in chosen.values()}
        chosen |= _alone_by_columns([there for there in surveyed if there.name not in taken])
    tables = tuple(_table(*chosen[name][1:]) for name in CONTRACTS if name in chosen)
    used = {table.source for table in tables}
    rest = tuple(there.name for there in surveyed if there.name not in used)
    return Proposal(tables, rest, tuple(note_what_is_odd(surveyed, {table.source: table.table for table in tables})))


def _alone_by_columns(rest: list[SurveyedTable]) -> dict[str, tuple[float, TableSpec, SurveyedTable]]:
    """Return finished tables (valuations, durations, an experiment) that their columns alone make known."""
    found: dict[str, tuple[float, TableSpec, SurveyedTable]] = {}
    for there in rest:
        specs = [table_spec(name) for name in CONTRACTS if table_spec(name).stands_alone and name not in found]
        fitting = [spec for spec in specs if _has_all(spec, there)]
        if fitting:
            most = max(fitting, key=lambda spec: len(_columns(spec, there)))
            found[most.name] = (1.0, most, there)
    return found


def _has_all(spec: TableSpec, there: SurveyedTable) -> bool:
    found = {column.column: column.source for column in _columns(spec, there) if column.is_known}
    if not all(name in found for name in spec.required):
        return False
    arms = set(there.columns[found["arm"]]) if "arm" in found else {"a", "b"}
    return 2 <= len(arms) <= MAX_ARMS


def _score(spec: TableSpec, there: SurveyedTable) -> float:
    """Return how well a table fits; 0 where neither its name nor all required columns speak for it."""
    named = likeness(spec.name, _called(there), TABLES)
    columns = _columns(spec, there)
    found = {column.column for column in columns}
    share = sum(name in found for name in spec.required) / max(len(spec.required), 1)
    if spec.name == "orders" and share >= 2 / 3:
        return 1 + named + share + len(found) / 100
    if spec.stands_alone:
        return 3.0 + share if named == 1.0 and share >= 0.5 else 0.0
    is_told = named >= NAMED and share >= 0.5
    return named + share + len(found) / 100 if is_told else 0.0


def _table(spec: TableSpec, there: SurveyedTable) -> TableProposal:
    columns, where = _doubt_blank(spec, there, _columns(spec, there))
    found = {column.column for column in columns}
    text_format, questions = _text_format(spec, there, columns)
    absent = [spec.column(name) for name in spec.required if name not in found]
    questions += tuple(question for column in absent for question in _spoilt(column, there))
    used = " ".join(column.source for column in columns)
    return TableProposal(
        table=spec.name,
        source=there.name,
        columns=tuple(columns),
        unmatched=tuple(name for name in spec.required if name not in found),
        is_sure=likeness(spec.name, _called(there), TABLES) >= SURE,
        text_format=text_format,
        questions=questions,
        unused=tuple(name for name in there.columns if name not in used),
        keeps_unused=spec.keeps_more_columns,
        where=where,
        sheet=there.sheet,
        file=there.file,
    )


def _spoilt(column: Column, there: SurveyedTable) -> list[str]:
    """Return a question on each column that is named like ours, but holds a text that ours cannot hold."""
    asked = []
    for name, texts in there.columns.items():
        unfit = next((text for text in texts if not _fit(column, name, [text])), None)
        if likeness(column.name, name, COLUMNS) < SURE:
            continue
        if unfit is None and texts and not _fit(column, name, _written(column, there, texts)):
            asked.append(f"{name} is named like {column.name}, but is not written in one way: can it be corrected?")
        if unfit is not None:
            kind = {"date": "day", "flag": "yes or no"}.get(column.kind, column.kind)
            asked.append(f"{name} is named like {column.name}, but {unfit!r} in it is no {kind}: can it be corrected?")
    return asked


def _doubt_blank(
    spec: TableSpec, there: SurveyedTable, columns: list[ColumnProposal]
) -> tuple[list[ColumnProposal], str]:
    """Return the columns, those in doubt that are blank in places and may not be; and a condition that drops these."""
    doubted, blank = [], []
    for column in columns:
        texts = there.columns.get(column.source)
        share = 1 - len(texts) / there.n_rows if texts is not None and there.n_rows else 0.0
        if share > 0 and not spec.column(column.column).nullable:
            why = f"it is blank in {max(share, 0.001):.1%} of the rows that were looked at, which cannot be used"
            column = replace(column, is_sure=False, why=why)
            blank.append(f"{_quoted(column.source)} IS NOT NULL")
        doubted.append(column)
    return doubted, " AND ".join(blank)


def _columns(spec: TableSpec, there: SurveyedTable) -> list[ColumnProposal]:
    """Return our columns that something there fits, the best pairs first taken, each of theirs used once."""
    fits = [
        (_fit(column, name, _written(column, there, texts)), column, name)
        for column in spec.columns
        for name, texts in there.columns.items()
    ]
    found: dict[str, ColumnProposal] = {}
    taken: set[str] = set()
    for score, column, name in sorted((fit for fit in fits if fit[0] > 0), key=lambda fit: -fit[0]):
        if column.name not in found and name not in taken:
            rivals = [other for rival, ours, other in fits if ours is column and other != name and rival >= SURE]
            found[column.name] = _proposal(column, name, score, tuple(rivals))
            taken.add(name)
    if spec.name == "orders" and "amount" not in found:
        found |= _priced(found, there)
    if spec.name == "customers" and "customer_id" not in found:
        found |= _numbered(there, taken)
    return [found[column.name] for column in spec.columns if column.name in found]


def _written(column: Column, there: SurveyedTable, texts: list[str]) -> list[str]:
    """Return the texts that tell how a column is written: real days in the cells of a sheet are read in any format."""
    as_text = [text for text in texts if not ISO_DAY.match(text)] if there.is_sheet and column.kind == "date" else []
    return as_text or texts


def _fit(column: Column, name: str, texts: list[str]) -> float:
    """Return how well a column's name fits; 0 where what stands in it cannot be such a column."""
    if texts and column.kind in ("number", "integer") and not number_notations(texts):
        return 0.0
    if texts and column.kind == "date" and not day_formats(texts):
        return 0.0
    if texts and column.kind == "flag" and not {text.lower() for text in texts} <= {*TRUE_WORDS, *FALSE_WORDS}:
        return 0.0
    if texts and column.choices and not set(texts) <= set(column.choices):
        return 0.0
    return likeness(column.name, name, COLUMNS)


def _proposal(column: Column, name: str, score: float, rivals: tuple[str, ...]) -> ColumnProposal:
    sure = score == 1.0 or (score >= SURE and not rivals)
    why = "the same name" if score == 1.0 else "a usual name for it" if score >= SURE else "only alike by name"
    if rivals and not sure:
        why = f"{', '.join(rivals[:4])} would fit as well"
    return ColumnProposal(column.name, name, sure, why, rivals, is_known=score >= SURE)


def _priced(found: dict[str, ColumnProposal], there: SurveyedTable) -> dict[str, ColumnProposal]:
    """Return the amount as quantity times unit price, where both are there and no amount is."""
    price = [
        name for name in there.columns if likeness("unit_price", name, {"unit_price": " ".join(UNIT_PRICES)}) >= SURE
    ]
    if "quantity" not in found or not price:
        return {}
    text = f"{_quoted(found['quantity'].source)} * {_quoted(price[0])}"
    why, factors = "there is no amount; is it this, net of tax and discount?", (found["quantity"].source, price[0])
    return {"amount": ColumnProposal("amount", text, False, why, read_from=factors)}


def _numbered(there: SurveyedTable, taken: set[str]) -> dict[str, ColumnProposal]:
    """Return a table's own number as the customer's: a column called code or number that names each row once."""
    known = {"number": " ".join(OWN_NUMBERS)}
    own = [
        name
        for name, texts in there.columns.items()
        if name not in taken and likeness("number", name, known) >= SURE and texts and len({*texts}) == there.n_rows
    ]
    why = "it names each row once; is it the customer's number, as the orders have it?"
    return {"customer_id": ColumnProposal("customer_id", own[0], False, why)} if own else {}


def _quoted(name: str) -> str:
    return name if name.isidentifier() else '"' + name.replace('"', '""') + '"'


def _text_format(
    spec: TableSpec, there: SurveyedTable, columns: list[ColumnProposal]
) -> tuple[dict[str, str | int], tuple[str, ...]]:
    """Return the format of a table's text as far as only one is possible, and a question for what can be two."""
    given = (
        {"delimiter": there.delimiter, "encoding": there.encoding, "skip_rows": there.skip_rows}
        if there.is_text
        else {}
    )
    text_format = {key: value for key, value in given.items() if value}
    samples = _samples(spec, there, columns)
    questions = [*_decide_days(samples["date"], text_format), *_decide_numbers(samples["number"], text_format)]
    return text_format, tuple(questions)


def _samples(spec: TableSpec, there: SurveyedTable, columns: list[ColumnProposal]) -> dict[str, list[list[str]]]:
    samples: dict[str, list[list[str]]] = {"date": [], "number": []}
    for column in columns:
        ours = spec.column(column.column)
        group = "number" if ours.kind == "integer" else ours.kind
        if group in samples:
            own = [there.columns.get(name) for name in column.read_from or (column.source,)]
            samples[group] += [_written(ours, there, texts) for texts in own if texts]
    return samples


def _decide_days(samples: list[list[str]], text_format: dict[str, str]) -> list[str]:
    common = [set(day_formats(texts)) for texts in samples]
    possible = sorted(set.intersection(*common)) if common else [""]
    if possible == [""]:
        return []
    if len(possible) == 1:
        text_format["date_format"] = possible[0]
        return []
    if not possible:
        return ["the days are not all written in one way: which date_format, or which of them has to be corrected?"]
    example = samples[0][0]
    listed = " or ".join(f'"{one}"' for one in possible)
    return [f"is {example} read as {listed}? Write it under format.date_format; we do not guess."]


def _decide_numbers(samples: list[list[str]], text_format: dict[str, str]) -> list[str]:
    common = [set(number_notations(texts)) for texts in samples if _has_marks(texts)]
    possible = sorted(set.intersection(*common), key=str) if common else [(".", None)]
    if not possible:
        return ["the numbers are not all written in one way: which decimal and thousands marks do they have?"]
    if len(possible) > 1:
        example = next(text for texts in samples for text in texts if not text.lstrip("+-").isdigit())
        return [f"is the mark in {example} a decimal mark or a thousands mark? Write format.decimal and .thousands."]
    decimal, thousands = possible[0]
    text_format |= {"decimal": decimal} if decimal != "." else {}
    text_format |= {"thousands": thousands} if thousands else {}
    return []


def _has_marks(texts: list[str]) -> bool:
    return any(not text.lstrip("+-").isdigit() for text in texts)


def _called(there: SurveyedTable) -> str:
    """Return what a table is called: a sheet of a workbook in a folder by its sheet, or by the workbook."""
    if there.schema:
        return bare_name(there.name.removeprefix(f"{there.schema}."))
    return bare_name(there.sheet if there.file and isinstance(there.sheet, str) else there.file or there.name)
