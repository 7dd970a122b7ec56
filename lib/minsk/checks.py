"""What must hold of the data: the schema of each table, and the rules of the subject.

Every rule yields problems with file, line, column, value and remedy. A row may break a rule of the
subject only when ``exceptions.csv`` lists it with the reason; an exception that excuses nothing is
itself a problem.
"""

from __future__ import annotations

import gc
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import combinations, pairwise, product, repeat
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from . import dates
from .tables import (
    COLUMNS,
    DATA,
    UNFINISHED,
    DataError,
    Workbook,
    as_text,
    field_names,
    foreign_keys,
    problem,
    read_descriptor,
    read_text,
    resources,
    row_ids,
    rowwise,
    typed,
)

MAX_CELL = 2000
QUOTE_WORDS = 12
# What spreadsheets take for a formula, also after the semicolon at which some of them part cells; "- word" is none.
_FORMULA = re.compile(r"(?:^|; ?)(?:[=+@＝＋＠]|[-－](?! [^(!|]*$))")
# Most cells: words of visible ASCII, the first sign no sign of a formula. They need none of the tests of `_text`.
_PLAIN = re.compile(r"[0-9A-Za-z[][!-:<-~]*(?: [!-:<-~]+)*")


# ---------------------------------------------------------------- entry points


def load(path: str | Path | None = None) -> Workbook:
    """Read and check the data package.

    Parameters
    ----------
    path : path, optional
        Folder with ``datapackage.json``; by default the one of this repository.

    Returns
    -------
    Workbook

    Raises
    ------
    DataError
        When anything is wrong; it lists every problem with file, line, column, value and remedy.
    """
    package, frames, found = _examine(Path(path or DATA))
    if len(found):
        raise DataError(found)
    tables = {name: typed(frames[name], resource) for name, resource in resources(package)}
    return Workbook(tables, package, Path(path or DATA))


def problems(path: str | Path | None = None) -> pd.DataFrame:
    """Every problem of the files in a folder, as a table; empty when there is none."""
    return _examine(Path(path or DATA))[2]


def check(wb: Workbook | None = None) -> pd.DataFrame:
    """Every problem of the data, as a table; empty when there is none.

    Parameters
    ----------
    wb : Workbook, optional
        A workbook in memory, whose lines are those the rows would have in a file that keeps their order; without one,
        the files of this repository.

    Returns
    -------
    DataFrame
        ``file``, ``line``, ``column``, ``value``, ``problem`` and ``remedy``.
    """
    if wb is None:
        return problems()
    frames = {name: as_text(wb.tables[name], r) for name, r in resources(wb.package) if name in wb.tables}
    gone = [problem(r["path"], 1, field_names(r)[0], "", "the table is missing", "Put it back.")
            for name, r in resources(wb.package) if name not in frames]
    return _table(gone + _check_all(frames, wb.package))


@contextmanager
def _uncollected():
    """Without Python's search for cycles: a quarter of the time of `load` went into it, and there are none here."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


@_uncollected()
def _examine(path: Path):
    package, found = read_descriptor(path)
    if package is None:
        return None, {}, _table(found)
    if (path / UNFINISHED).exists():
        remedy = "Run `python -m minsk format`, which finishes it."
        found.append(problem(UNFINISHED, "", "", "", "an addition of rows was cut short", remedy))
    frames = {}
    for name, resource in resources(package):
        frame, trouble = read_text(path, resource)
        found += trouble
        if frame is not None:
            frames[name] = frame
    return package, frames, _table(found + _check_all(frames, package))


def _table(found: list[dict]) -> pd.DataFrame:
    return pd.DataFrame(found, columns=COLUMNS)


def _check_all(frames: dict[str, pd.DataFrame], package: dict) -> list[dict]:
    found = []
    for name, resource in resources(package):
        if name in frames:
            found += _schema(frames[name], resource)
            found += _foreign_keys(frames, resource)
    if any(name not in frames or set(field_names(r)) - set(frames[name]) for name, r in resources(package)):
        return found  # rules across tables would only repeat what is missing
    book = _Book(frames, package)
    for rule in RULES:
        found += rule(book)
    return found


# ---------------------------------------------------------------- the schema


def _schema(frame: pd.DataFrame, resource: dict) -> Iterator[dict]:
    file = resource["path"]
    for name in field_names(resource):
        if name not in frame:
            yield problem(file, 1, name, "", "the column is missing", "Restore it.")
            return
    for field in resource["schema"]["fields"]:
        values = frame[field["name"]].tolist()
        bad = {v: why for v in _suspects(set(values), field) if (why := _cell(v, field))}
        if bad:
            for line, value in zip(frame.index, values, strict=True):
                if value in bad:
                    yield problem(file, line, field["name"], value, *bad[value])
    keys = resource["schema"]["primaryKey"]
    ids = list(rowwise(frame, keys))
    often = Counter(ids)
    for line, key in zip(frame.index, ids, strict=True) if len(often) < len(ids) else ():
        if often[key] > 1:
            yield problem(file, line, keys[0], "/".join(key), f"another row has the same {' + '.join(keys)}",
                          "Remove one of the two, or give this one another id.")


def _suspects(values: set[str], field: dict) -> set[str]:
    """The cells that `_cell` has to look at, found faster than it looks."""
    limits, kind = field.get("constraints", {}), field["type"]
    if "enum" in limits:
        return values - set(limits["enum"])
    if field.get("description", "").endswith("EDTF."):
        return {v for v in values if not dates.span(v)}
    if kind != "string":
        return values
    longest, form = limits.get("maxLength", MAX_CELL), limits.get("pattern", "")
    well = re.compile(f"(?=.*?(?:{form})){_PLAIN.pattern}")
    return {v for v in values if not (len(v) <= longest and well.fullmatch(v))}


def _cell(value: str, field: dict) -> tuple[str, str] | None:
    """What is wrong with one cell and what to do, or None."""
    limits = field.get("constraints", {})
    if value == "":
        choice = f" One of: {', '.join(limits['enum'])}." if "enum" in limits else ""
        return ("the cell is empty", f"Fill it in: {field['description']}{choice}") if limits.get("required") else None
    if not _PLAIN.fullmatch(value) and (why := _text(value, field)):
        return why
    if len(value) > limits.get("maxLength", MAX_CELL):
        return f"{len(value)} characters", f"Shorten it to {limits.get('maxLength', MAX_CELL)}."
    if field["type"] in ("integer", "number"):
        pattern = r"(0|-?[1-9]\d{0,8})" if field["type"] == "integer" else r"-?(0|[1-9]\d{0,8})(\.\d{0,5}[1-9])?"
        if not re.fullmatch(pattern, value, re.ASCII):
            remedy = "Write digits only, with a point for decimals and no needless zeros."
            return f"not a number of type {field['type']}", remedy
        if not limits.get("minimum", float("-inf")) <= float(value) <= limits.get("maximum", float("inf")):
            return "outside the range", f"Allowed: {limits.get('minimum', '')} to {limits.get('maximum', '')}."
    if field["type"] == "boolean" and value not in ("true", "false"):
        return "neither true nor false", "Write true or false."
    if "enum" in limits and value not in limits["enum"]:
        return "not one of the allowed values", f"Use one of: {', '.join(limits['enum'])}."
    if field.get("description", "").endswith("EDTF."):
        try:
            dates.parse(value)
        except ValueError as error:
            return f"not a date ({error})", "Write 1992, 1992-02 or 1992-03-24; ? uncertain, ~ approximate, .. open."
    if "pattern" in limits and not re.search(limits["pattern"], value):
        return "not of the right form", f"It must match {limits['pattern']} ({field['description']})"
    return None


def _text(value: str, field: dict) -> tuple[str, str] | None:
    """What is wrong with a cell as text, whatever it stands for."""
    if not value.isprintable():  # a control, zero-width or direction-changing character, an odd space or a bad byte
        odd = next(c for c in value if not c.isprintable())
        if "\ud800" <= odd <= "\udfff":
            return "the file is not UTF-8 here", "Save the file as UTF-8."
        return f"a character that cannot be seen (U+{ord(odd):04X})", "Delete it, or type a plain space for it."
    if value != value.strip() or "  " in value:
        return "a stray space", "Leave no space at the ends and single spaces between words."
    if not unicodedata.is_normalized("NFC", value):
        return "letters are not in composed form (NFC)", "Retype the accented letters."
    if field["type"] == "string" and _FORMULA.search(value):
        remedy = "Begin with a letter, a figure or a quotation mark, and put a comma for a semicolon before the sign."
        return "a spreadsheet would take this for a formula", remedy
    return None


def _foreign_keys(frames, resource) -> Iterator[dict]:
    frame = frames[resource["name"]]
    for fields, target, there in foreign_keys(resource):
        if target not in frames or not set(fields) <= set(frame) or not set(there) <= set(frames[target]):
            continue
        known = set(rowwise(frames[target], there)) | {("",) * len(fields)}
        values = list(rowwise(frame, fields))
        lost = set(values) - known
        for line, value in zip(frame.index, values, strict=True) if lost else ():
            if value in lost:
                yield problem(resource["path"], line, fields[-1], "/".join(value), f"no such row in {target}.csv",
                              f"Correct the spelling, or add the row to {target}.csv.")


# ---------------------------------------------------------------- the rules of the subject


class _Row(NamedTuple):
    table: str
    line: int
    id: str
    cells: dict


class _Made(dict):
    """A dict whose values are made when first asked for."""

    def __init__(self, make):
        self.make = make

    def __missing__(self, key):
        return self.setdefault(key, self.make(key))


class _Book:
    """The tables a rule looks at, with what several rules need worked out once."""

    def __init__(self, frames, package):
        self.package, self.schemas = package, dict(resources(package))
        self.frames, self.rows, self.ids = frames, _Made(self._rows), _Made(self._ids)
        self.excused = {tuple(row.cells[c] for c in ("rule", "table", "row_id")) for row in self.rows["exceptions"]}
        self.used = set()

    def _rows(self, table: str) -> list[_Row]:
        frame, names = self.frames[table], list(self.frames[table])
        cells = (dict(zip(names, row, strict=True)) for row in self.cells(table, *names))
        ids = row_ids(frame, self.schemas[table]).tolist()
        return list(map(_Row, repeat(table), frame.index.tolist(), ids, cells))

    def _ids(self, table: str) -> dict[str, _Row]:
        return {row.id: row for row in self.rows[table]}

    def cells(self, table: str, *names: str) -> Iterator[tuple[str, ...]]:
        """Some columns of a table row by row; of a long table quicker to go through than `rows`."""
        return rowwise(self.frames[table], names)

    def column(self, table: str, key: str, value: str) -> dict:
        """One column of a table by another."""
        return dict(self.cells(table, key, value))

    def breach(self, rule, row, column, text, remedy, value=None) -> Iterator[dict]:
        """A problem, unless the row is a listed exception to the rule."""
        key = rule, row.table, row.id
        if key in self.excused:
            self.used.add(key)
        else:
            value = row.cells[column] if value is None else value
            yield problem(f"{row.table}.csv", row.line, column, value, text, f"{remedy} [rule {rule}]")


def _end_before_start(book):
    spells = [table for table, frame in book.frames.items() if {"start", "end"} <= set(frame)]
    for row in (row for table in spells for row in book.rows[table]):
        start, end = dates.span(row.cells["start"]), dates.span(row.cells["end"])
        if start and end and end.latest < start.earliest:
            text = f"the end is before the start ({row.cells['start']})"
            yield from book.breach("end-before-start", row, "end", text, "Correct one of the two.")


def _after_as_of(book):
    limit = dates.parse(book.package["minsk:as_of"]).latest
    for table, field in product(sorted(book.frames.keys() - {"sources"}), ("start", "end", "date")):
        # A page about the process may be later than the process.
        for at, (day,) in enumerate(book.cells(table, field) if field in book.frames[table] else ()):
            if (when := dates.span(day)) and when.earliest > limit:
                text = f"later than the data's as-of date ({limit})"
                yield from book.breach("after-as-of", book.rows[table][at], field, text, "Correct the date.")


def _citations(book):
    names = "table", "row_id", "field", "stance", "value", "note"
    for at, (table, target, field, stance, value, note) in enumerate(book.cells("citations", *names)):
        wrong = []
        if table not in book.schemas:
            wrong.append(("table", "no such table", "Name a table of the package."))
        elif target not in book.ids[table]:
            text = f"a citation of nothing: no such row in {table}.csv"
            wrong.append(("row_id", text, "Correct the id, or remove the citation."))
        elif field and field not in book.frames[table]:
            wrong.append(("field", f"no such column in {table}.csv", "Name a column, or leave it empty."))
        if stance == "contradicts" and not (value and note and field):
            remedy = "Say which column, what the source says, and why our row keeps another value."
            wrong.append(("value", "a contradiction without field, value and reason", remedy))
        for why in wrong:
            yield from book.breach("citation", book.rows["citations"][at], *why)
    for table in (name for name, frame in book.frames.items() if "quote" in frame):
        for at, (quote,) in enumerate(book.cells(table, "quote")):
            if len(quote.split()) > QUOTE_WORDS:
                text = f"a quotation of more than {QUOTE_WORDS} words"
                yield from book.breach("quote", book.rows[table][at], "quote", text, "Shorten it.")


def _uncited(book):
    supported = {(table, row) for table, row, stance in book.cells("citations", "table", "row_id", "stance")
                 if stance == "supports"}
    for name, resource in book.schemas.items():
        rule = resource.get("minsk:cited")
        if rule not in ("row", "filled"):
            continue  # not factual, or covered by the citations of its parent
        for row in book.rows[name]:
            if (name, row.id) not in supported and not (rule == "filled" and row.cells["value"] == "not_known"):
                remedy = "Name its source in citations.csv (with minsk.add: under sources), or remove it."
                column = resource["schema"]["primaryKey"][0]
                yield from book.breach("uncited", row, column, "no source supports this row", remedy, row.id)


def _orphans(book):
    used = {"sources": set(book.frames["citations"]["source_id"]), "actors": set()}
    for name, resource in book.schemas.items():
        for (column, *_), target, _ in foreign_keys(resource):
            if target in used and name not in ("actor_names", "citations"):
                used[target].update(book.frames[name][column])
    for table, column, text in (("sources", "source_id", "no citation names this source"),
                                ("actors", "actor_id", "no other table names this actor")):
        for idle in sorted(set(book.frames[table][column]) - used[table]):
            row = book.ids[table][idle]
            if not row.cells.get("parent_id"):  # a part belongs with the whole
                yield from book.breach("orphan", row, column, text, "Use it, or remove it.")


def _tenure(role: dict) -> tuple[date, date]:
    """The longest time a role can have lasted: unknown and open ends are unlimited."""
    start, end = dates.span(role["start"]), dates.span(role["end"])
    return (start.earliest if start else date.min), (end.latest if end else date.max)


def _one_holder(book):
    seats = defaultdict(list)
    for row in book.rows["roles"]:
        role = row.cells
        start, end = dates.span(role["start"]), dates.span(role["end"])
        # Only the time it surely lasted counts; a state's own row in an office stands beside its ministers'.
        known = start and (end or role["end"] == dates.OPEN)
        if known and role["role"] in book.package["minsk:seats"] and role["actor_id"] != role["on_behalf_of"]:
            seat = role["body_id"], role["role"], role["on_behalf_of"]
            seats[seat].append((start.latest, end.earliest if end else date.max, row))
    for held in seats.values():
        for (_, end, first), (start, last, row) in combinations(sorted(held, key=itemgetter(0, 1)), 2):
            if start < min(end, last):  # handing over on one day is no overlap
                text = f"two holders of one seat: {first.id} ends {end}"
                yield from book.breach("one-holder", row, "start", text, "Correct the dates.")


def _continuous(book):
    first_day, last_day = (dates.parse(d).earliest for d in book.package["minsk:continuous"]["days"])
    for body, role, state in book.package["minsk:continuous"]["seats"]:
        held = [row for row in book.rows["roles"] if row.cells["start"] and row.cells["actor_id"] != state
                and (row.cells["body_id"], row.cells["role"], row.cells["on_behalf_of"]) == (body, role, state)]
        day = first_day
        for start, end in sorted(_tenure(row.cells) for row in held):
            if start <= day:
                day = max(day, min(end, last_day) + timedelta(days=1))
        if day <= last_day:
            row = held[0] if held else book.rows["roles"][0]
            text = f"no holder of the co-chair seat on {day}"
            remedy = "Add the holder, or a row with status vacant or unknown."
            yield from book.breach("continuous", row, "start", text, remedy, state)


def _in_office(roles: list[dict], of: str, when: dates.Span) -> bool:
    """Whether one of these roles, held in or on behalf of `of`, can have lasted into `when`."""
    spans = (_tenure(r) for r in roles if of in (r["on_behalf_of"], r["body_id"]))
    return any(first <= when.latest and when.earliest <= last for first, last in spans)


def _participants(book):
    offices = defaultdict(list)
    for row in book.rows["roles"]:
        offices[row.cells["actor_id"]].append(row.cells)
    kinds = book.column("actors", "actor_id", "kind")
    for row in book.rows["event_participants"]:
        who, of, event = (row.cells[c] for c in ("actor_id", "on_behalf_of", "event_id"))
        if kinds.get(who) != "person" or event not in book.ids["events"]:
            continue
        event = book.ids["events"][event].cells
        first, last = dates.span(event["start"]), dates.span(event["end"] or event["start"])
        if not of:
            text = "a person without a state or body spoken for"
            yield from book.breach("in-office", row, "on_behalf_of", text, "Fill in on_behalf_of.")
        elif first and last and not _in_office(offices[who], of, first._replace(latest=last.latest)):
            text = f"no office for {of} on {event['start']} in roles.csv"
            remedy = "Correct the person or the date, or add the office."
            yield from book.breach("in-office", row, "actor_id", text, remedy)
    issued = book.column("statements", "statement_id", "date")
    for row in book.rows["statement_signatories"]:
        who, of, statement, role = (row.cells[c] for c in ("actor_id", "on_behalf_of", "statement_id", "role_id"))
        when = dates.span(issued.get(statement, ""))
        if not when or role not in book.ids["roles"]:
            continue
        role = book.ids["roles"][role].cells
        if role["actor_id"] != who or not _in_office([role], of, when):
            text = f"not this signatory's office on {issued[statement]}"
            yield from book.breach("in-office", row, "role_id", text, "Name the office held that day.")


def _phases(book):
    spans = {row.id: (dates.span(row.cells["start"]), dates.span(row.cells["end"])) for row in book.rows["phases"]}
    order = sorted((a.earliest, b.latest, i) for i, (a, b) in spans.items() if a and b)
    for (_, end, _), (start, _, phase) in pairwise(order):
        if start != end + timedelta(days=1):
            text = f"not the day after the phase before ends ({end})"
            yield from book.breach("phases", book.ids["phases"][phase], "start", text, "Correct the dates.")
    inside = {i: (a, b) for a, b, i in order}
    for row in book.rows["events"]:
        start = dates.span(row.cells["start"])
        first, last = inside.get(row.cells["phase_id"], (date.min, date.max))
        if start and not (start.earliest <= last and first <= start.latest):
            text = f"the phase does not hold the start of the event ({row.cells['start']})"
            yield from book.breach("phases", row, "phase_id", text, "Correct it.")


def _events(book):
    vantage = book.column("sources", "source_id", "vantage")
    views = defaultdict(set)
    for table, row, source in book.cells("citations", "table", "row_id", "source_id"):
        if table == "events":
            views[row].add(vantage.get(source))
    where = {}
    for row in book.rows["events"]:
        if row.cells["disputed"] == "true" and len(views[row.id]) < 2 and not row.cells["note"]:
            text, remedy = "a disputed event seen from one vantage", "Cite a second one, or say in note why not."
            yield from book.breach("two-vantages", row, "disputed", text, remedy)
        place, spot = row.cells["place"], (row.cells["lat"], row.cells["lon"])
        if (place and where.setdefault(place, spot) != spot) or ("" in spot and any(spot)):
            text = f"other rows put {place} elsewhere, or one coordinate is missing"
            yield from book.breach("same-place", row, "lat", text, "Give one place the same coordinates in every row.")


def _proposals(book):
    read = book.column("proposals", "proposal_id", "read")
    for row in book.rows["proposal_elements"]:
        if row.cells["value"] == "not_mentioned" and read.get(row.cells["proposal_id"]) != "whole":
            yield from book.breach("not-mentioned", row, "value", "the text was not read whole", "Write not_known.")
    for row, element in product(book.rows["proposals"], book.ids["elements"]):
        cell = f"{row.id}/{element}"
        if cell not in book.ids["proposal_elements"]:
            remedy = "Add it to proposal_elements.csv, not_known if unread."
            yield from book.breach("cells", row, "proposal_id", "no cell for this element", remedy, cell)


def _deaths(book):
    for row in book.rows["deaths"]:
        low, best, high = (row.cells[c] for c in ("low", "best", "high"))
        if low.isdecimal() and best.isdecimal() and high.isdecimal() and not int(low) <= int(best) <= int(high):
            text = f"not between the low and the high estimate ({low} and {high})"
            yield from book.breach("estimates", row, "best", text, "Correct whichever was mistyped.")


def _claims(book):
    for row in book.rows["claims"]:
        if (row.cells["claim_type"] == "omission") == bool(row.cells["quote"]):
            text = "a claim needs its words, an omission has none"
            yield from book.breach("claim-quote", row, "quote", text, "Add or remove the quotation.")
    for row in book.rows["claim_rows"]:
        if row.cells["table"] not in book.schemas or row.cells["row_id"] not in book.ids[row.cells["table"]]:
            text = f"no such row in {row.cells['table']}.csv"
            yield from book.breach("claim-rows", row, "row_id", text, "Correct it, or remove the link.")


def _idle_exceptions(book):
    for row in book.rows["exceptions"]:
        if tuple(row.cells[c] for c in ("rule", "table", "row_id")) not in book.used:
            remedy = "Remove it, or correct the rule, table or row it names."
            yield problem("exceptions.csv", row.line, "row_id", row.id, "the exception excuses nothing", remedy)


# The last rule looks at what the others have used.
RULES = [_end_before_start, _after_as_of, _citations, _uncited, _orphans, _one_holder, _continuous, _participants,
         _phases, _events, _proposals, _deaths, _claims, _idle_exceptions]
