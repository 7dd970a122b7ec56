"""Adding rows: checked against the whole package, then written all together or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches, unified_diff

import pandas as pd

from .checks import _check_all, _examine, _table
from .tables import DataError, Workbook, as_text, canonical, field_names, problem, replace_all, resources, row_ids


class Diff(str):
    """A unified diff, which a cell shows as it is."""

    __slots__ = ()
    __repr__ = str.__str__


def add(wb: Workbook, rows: Mapping[str, Mapping | Iterable | pd.DataFrame]) -> Diff:
    """Add rows that belong together to the files of a data package.

    Parameters
    ----------
    wb : Workbook
        As loaded from the folder to add to. It does not change: load again to have the rows.
    rows : mapping of table name to row, rows or DataFrame
        A row maps columns to text, numbers, truth values or dates; columns left out are empty. A row of ``sources``
        may be just the ``source_id`` of one that is there, and may have a ``locator`` and a ``quote``: all of them are
        cited for each new row that needs a source and has none of its own in ``citations``.

    Returns
    -------
    Diff
        What was added to which file.

    Raises
    ------
    DataError
        When anything is wrong with the rows, or with the files as they are. It lists everything; "new 1" stands for
        the line of the first new row of a table. Nothing is written.
    OSError
        When a file cannot be written. Either none was, or `minsk.tables.finish` completes the addition, and until then
        `minsk.check` says so.
    """
    package, old, found = _examine(wb.path)
    if len(found):
        raise DataError(found)
    schemas = dict(resources(package))
    given = {table: _listed(part, schemas.get(table)) for table, part in rows.items()}
    places = [{k: row.pop(k, "") for k in ("locator", "quote")} | row for row in given.get("sources", [])]
    given["sources"] = [row for row in given.get("sources", []) if row.keys() != {"source_id"}]
    given["citations"] = [*given.get("citations", []), *_citations(given, places, schemas)]
    trouble = [p for table, part in given.items() for p in _misfits(table, part, schemas)]
    new = {name: _frame(given[name], schema) for name, schema in schemas.items() if given.get(name)}
    frames = old | {name: pd.concat([old[name], frame]) for name, frame in new.items()}
    trouble += _check_all(frames, package)
    if trouble:
        raise DataError(_table([_suggest(p, frames, schemas) for p in trouble]))
    texts = {schemas[name]["path"]: [canonical(f[name], schemas[name]) for f in (old, frames)] for name in new}
    replace_all(wb.path, texts)
    pairs = ((file, [text.splitlines(keepends=True) for text in pair]) for file, pair in texts.items())
    return Diff("".join(line for file, pair in pairs for line in unified_diff(*pair, file, file, n=0)))


def _listed(part, resource: dict | None) -> list[dict]:
    """Rows of one table as a list of mappings; what is no mapping is taken for the key of a row."""
    if isinstance(part, pd.DataFrame):
        return part.to_dict("records")
    key = resource["schema"]["primaryKey"][0] if resource else ""
    part = [part] if isinstance(part, str | Mapping) or not isinstance(part, Iterable) else part
    return [dict(row) if isinstance(row, Mapping) else {key: row} for row in part]


def _citations(given: dict[str, list[dict]], places: list[dict], schemas: dict) -> Iterator[dict]:
    """Each place in a source for each row that needs one and has none."""
    have = {(row.get("table"), row.get("row_id")) for row in given.get("citations", [])}
    for name in given:
        if schemas.get(name, {}).get("minsk:cited") in ("row", "filled"):
            for row_id in row_ids(_frame(given[name], schemas[name]), schemas[name]):
                for place in places if (name, row_id) not in have else ():
                    place = {k: place.get(k) for k in ("source_id", "locator", "quote")}
                    yield {"table": name, "row_id": row_id, "stance": "supports", **place}


def _misfits(table: str, part: list[dict], schemas: dict) -> Iterator[dict]:
    """What has no place in the package, whatever it holds."""
    file = f"{table}.csv"
    names = field_names(schemas[table]) if table in schemas else []
    if table not in schemas:
        yield problem(file, "new 1", "", table, "no such table", _nearest(table, schemas))
    for n, row in enumerate(part if names else (), 1):
        for column, value in row.items():
            if column not in names:
                yield problem(file, f"new {n}", column, value, f"no such column in {file}", _nearest(column, names))
            elif not pd.api.types.is_scalar(value):
                remedy = "Give each value a row of its own, or write them as one text."
                yield problem(file, f"new {n}", column, value, "not a single value", remedy)


def _frame(part: list[dict], resource: dict) -> pd.DataFrame:
    frame = as_text(pd.DataFrame(part, columns=field_names(resource), dtype=object), resource)
    return frame.set_axis([f"new {n}" for n in range(1, len(part) + 1)])


def _suggest(found: dict, frames: dict, schemas: dict) -> dict:
    """The same problem; where a row is not found, with those that may be meant in the remedy."""
    target = re.fullmatch(r"no such row in (\w+)\.csv", found["problem"])
    near = _nearest(found["value"], row_ids(frames[target[1]], schemas[target[1]])) if target else ""
    return found | {"remedy": f"{found['remedy']} {near}".strip()}


def _nearest(word: str, known: Iterable[str]) -> str:
    """The most similar of the known names; where none is, all of them if they are few."""
    known = list(known)
    near = get_close_matches(str(word), known, 1)
    return f"Did you mean {near[0]}?" if near else f"There are: {', '.join(known)}." if len(known) < 40 else ""
