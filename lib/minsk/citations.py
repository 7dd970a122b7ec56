"""Where each row comes from: citations, disagreements, the bibliography."""

from __future__ import annotations

import pandas as pd

from .tables import Workbook, resources, row_ids

# The vantages of sources in words.
VANTAGES = dict(armenia="Armenia", azerbaijan="Azerbaijan", nagorno_karabakh="Nagorno-Karabakh", osce="OSCE", un="UN",
                co_chair_state="co-chair State", third_party="third party")


def cite(wb: Workbook, table: str, row_id: str) -> pd.DataFrame:
    """The sources of one row.

    Parameters
    ----------
    wb : Workbook
    table : str
        Name of a table.
    row_id : str
        Primary key of the row; parts of a compound key joined by a slash.

    Returns
    -------
    DataFrame
        One row a citation: ``stance``, ``field``, ``value``, ``source``, ``locator``, ``vantage``,
        ``url``; those that support first.

    Raises
    ------
    KeyError
        When there is no such table or row.
    """
    if table not in wb.tables:
        raise KeyError(f"no table {table!r}; there are {', '.join(wb.tables)}")
    resource = dict(resources(wb.package))[table]
    if row_id not in set(row_ids(wb.tables[table], resource)):
        raise KeyError(f"no row {row_id!r} in {table}")
    found = wb.citations.query("table == @table and row_id == @row_id").merge(wb.sources, on="source_id")
    found = found.assign(source=[reference(s) for s in found.to_dict("records")])
    found = found.sort_values(["stance", "field", "source_id"], ascending=[False, True, True])
    return found[["stance", "field", "value", "source", "locator", "vantage", "url"]].reset_index(drop=True)


def reference(source: dict) -> str:
    """A source as one line: publisher, title, date."""
    when = source["date"] or "n.d."
    return f"{source['publisher']}, {source['title']} ({when})"


def bibliography(wb: Workbook) -> pd.DataFrame:
    """All sources in order of publisher and date, with the number of citations that rest on each."""
    count = wb.citations.groupby("source_id").size()
    out = wb.sources.assign(reference=[reference(s) for s in wb.sources.to_dict("records")])
    out = out.assign(citations=out["source_id"].map(count).fillna(0).astype(int))
    out = out.sort_values(["publisher", "date", "source_id"], key=lambda c: c.str.casefold())
    return out[["source_id", "reference", "kind", "vantage", "language", "citations", "url"]].reset_index(drop=True)


def disagreements(wb: Workbook) -> pd.DataFrame:
    """Every value that some source contradicts: ours, theirs, and why ours stands.

    Returns
    -------
    DataFrame
        ``table``, ``row_id``, ``field``, ``ours``, ``theirs``, ``source``, ``vantage``, ``reason``, ``url``.
    """
    found = wb.citations[wb.citations["stance"] == "contradicts"]
    found = found.merge(wb.sources, on="source_id", suffixes=("", "_source"))
    ids = {name: row_ids(wb.tables[name], r) for name, r in resources(wb.package) if name in set(found["table"])}
    cells = {(table, field): dict(zip(ids[table], wb.tables[table][field], strict=True))
             for table, field in dict.fromkeys(zip(found["table"], found["field"], strict=True))}
    where = zip(found["table"], found["field"], found["row_id"], strict=True)
    ours = [str(cells[table, field][row]) for table, field, row in where]
    named = found[["publisher", "title", "date"]].to_dict("records")
    out = found.assign(ours=ours, source=list(map(reference, named)))
    out = out.sort_values(["table", "row_id", "field", "source_id"], ignore_index=True)
    columns = ["table", "row_id", "field", "ours", "theirs", "source", "vantage", "reason", "url"]
    return out.rename(columns={"value": "theirs", "note": "reason"})[columns]


def independent(wb: Workbook, table: str) -> pd.Series:
    """Number of sources that support each row and do not copy one another.

    Sources of one origin count once.

    Returns
    -------
    Series of int
        Indexed by row id.
    """
    found = wb.citations[(wb.citations["table"] == table) & (wb.citations["stance"] == "supports")]
    origin = found["source_id"].map(wb.sources.set_index("source_id")["origin"])
    ids = row_ids(wb.tables[table], dict(resources(wb.package))[table])
    return origin.groupby(found["row_id"]).nunique().reindex(ids, fill_value=0)
