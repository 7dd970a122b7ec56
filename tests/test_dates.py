from datetime import date

import pandas as pd
import pytest
from minsk import dates
from undate import Undate


@pytest.mark.parametrize(
    "text, earliest, latest, precision, qualifier",
    [
        ("1992", (1992, 1, 1), (1992, 12, 31), "year", ""),
        ("1992-02", (1992, 2, 1), (1992, 2, 29), "month", ""),
        ("1993-02~", (1993, 2, 1), (1993, 2, 28), "month", "~"),
        ("1992-03-24?", (1992, 3, 24), (1992, 3, 24), "day", "?"),
        ("1900-02", (1900, 2, 1), (1900, 2, 28), "month", ""),
    ],
)
def test_a_date_stands_for_all_its_days(text, earliest, latest, precision, qualifier):
    assert dates.parse(text) == (date(*earliest), date(*latest), precision, qualifier)


@pytest.mark.parametrize("text", ["1992-13", "1992-13-24", "1992-00", "1992-02-30", "1992-00-10", "1992-1", "92",
                                  "1992-02-", "May 1992", "1992/1993", "1992??", "٠١٢٣", "1992-02-29T00:00"])
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValueError):
        dates.parse(text)
    assert dates.span(text) is None


def test_unknown_and_open_have_no_span():
    assert dates.parse("") is None
    assert dates.parse("..") is None


def test_agrees_with_undate_on_every_date_of_the_data(wb):
    seen = set()
    for frame in wb.tables.values():
        for column in {"start", "end", "date"} & set(frame):
            seen |= set(frame[column])
    plain = sorted(t for t in seen if t and t != ".." and t[-1].isdigit())
    assert len(plain) > 100
    for text in plain:
        theirs = Undate.parse(text, "EDTF")
        ours = dates.parse(text)
        assert (str(theirs.earliest), str(theirs.latest)) == (str(ours.earliest), str(ours.latest)), text


def test_bounds_take_the_end_or_repeat_the_start():
    start = pd.Series(["1992-02", "1993", "", "2020-01-01"], index=[3, 5, 7, 9])
    end = pd.Series(["1992-03-04", "", "1990", ".."], index=start.index)
    out = dates.bounds(start, end, as_of="2025-12-01")
    assert list(out.index) == [3, 5, 7, 9]
    assert out["earliest"].isna().tolist() == [False, False, True, False]
    assert list(out["earliest"].dropna().astype(str)) == ["1992-02-01", "1993-01-01", "2020-01-01"]
    assert list(out["latest"].astype(str)) == ["1992-03-04", "1993-12-31", "1990-12-31", "2025-12-01"]
    assert list(out["precision"]) == ["month", "year", "unknown", "day"]
