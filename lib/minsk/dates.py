"""Dates as their sources give them, in a subset of EDTF level 1 (ISO 8601-2:2019).

A date is a year, a month or a day (``1992``, ``1992-02``, ``1992-03-24``), with ``?`` for
uncertain, ``~`` for approximate and ``%`` for both. ``..`` is still open; an empty text is unknown.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

OPEN = ".."
_EPOCH, _NAT = date(1970, 1, 1).toordinal(), np.iinfo(np.int64).min  # how numpy counts days, and what is none to it
_EDTF = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?([?~%]?)", re.ASCII)


class Span(NamedTuple):
    """First and last day a date can stand for, its precision and its EDTF qualifier."""

    earliest: date
    latest: date
    precision: str
    qualifier: str


@cache
def parse(text: str) -> Span | None:
    """Read one date.

    Parameters
    ----------
    text : str
        An EDTF date of the subset above.

    Returns
    -------
    Span or None
        None for an open (``..``) or unknown (empty) date.

    Raises
    ------
    ValueError
        When the text is no date of the subset, or names a day that does not exist.
    """
    if text in ("", OPEN):
        return None
    found = _EDTF.fullmatch(text)
    if not found:
        raise ValueError("not a date of the form 1992, 1992-02 or 1992-03-24, with ? or ~ after it")
    year, month, day = (int(part) if part else 0 for part in found.groups()[:3])
    if day:
        first = last = date(year, month, day)
    elif month:
        first = date(year, month, 1)
        last = date(year, month, monthrange(year, month)[1])
    elif found[2]:
        raise ValueError("month must be in 1..12")
    else:
        first, last = date(year, 1, 1), date(year, 12, 31)
    if found[3] and not day:
        raise ValueError("day is out of range for month")
    return Span(first, last, "day" if day else "month" if month else "year", found[4])


@cache
def span(text: str) -> Span | None:
    """Like `parse`, with None for a text that is no date; for rules that run on unchecked data."""
    try:
        return parse(text)
    except ValueError:
        return None


def bounds(start: pd.Series, end: pd.Series | None = None, as_of: str | None = None) -> pd.DataFrame:
    """Earliest and latest day of each row.

    Parameters
    ----------
    start, end : Series of str, shape (n,)
        EDTF dates; an empty `end` repeats `start`.
    as_of : str, optional
        Day that stands for an open end.

    Returns
    -------
    DataFrame, shape (n, 3)
        ``earliest`` and ``latest`` (datetime64, days; NaT when unknown) and ``precision`` of the
        start (day, month, year or unknown), on the index of `start`.
    """
    rows = []
    ends = start if end is None else end
    for first, last in zip(start, ends, strict=True):
        a, b = parse(first), parse(last or first)
        if last == OPEN and as_of:
            b = parse(as_of)
        rows.append((a and a.earliest, b and b.latest, a.precision if a else "unknown"))
    first, last, precision = zip(*rows, strict=True) if rows else ((), (), ())
    return pd.DataFrame({"earliest": stamps(first), "latest": stamps(last), "precision": precision}, index=start.index)


def stamps(days: Sequence[date | None]) -> np.ndarray:
    """Days as datetime64[s], as columns hold them; NaT for None."""
    # By way of numbers: numpy takes over ten times as long to read Python's own days.
    count = [day.toordinal() - _EPOCH if day else _NAT for day in days]
    return np.array(count, np.int64).astype("datetime64[D]").astype("datetime64[s]")
