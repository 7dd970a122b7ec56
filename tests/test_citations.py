import minsk
import pytest

SOURCES = [
    {"source_id": "a", "publisher": "Zeta Press", "title": "One", "date": "1994", "origin": "zeta",
     "url": "https://a.example", "vantage": "third_party"},
    {"source_id": "b", "publisher": "alpha", "title": "Two", "origin": "zeta",
     "url": "https://b.example", "vantage": "osce"},
    {"source_id": "c", "publisher": "Mid", "title": "Three", "date": "2001-02", "origin": "mid",
     "url": "https://c.example", "vantage": "un"},
]  # fmt: skip


@pytest.fixture
def book(small):
    cite = {"table": "events", "row_id": "1994-05-12-ceasefire", "stance": "supports"}
    return small(
        sources=SOURCES,
        events=[{"event_id": "1994-05-12-ceasefire", "start": "1994-05-12", "disputed": "false"},
                {"event_id": "1995-visit", "start": "1995", "disputed": "false"}],
        citations=[{**cite, "source_id": "a"}, {**cite, "source_id": "b"},
                   {**cite, "source_id": "c", "stance": "contradicts", "field": "start", "value": "1994-05-11",
                    "note": "The text itself says the 12th."}],
    )  # fmt: skip


def test_cite_lists_support_first_then_what_differs(book):
    out = minsk.cite(book, "events", "1994-05-12-ceasefire")
    assert out["stance"].tolist() == ["supports", "supports", "contradicts"]
    assert out["source"].tolist() == ["Zeta Press, One (1994)", "alpha, Two (n.d.)", "Mid, Three (2001-02)"]
    assert out.loc[2, ["field", "value", "url"]].tolist() == ["start", "1994-05-11", "https://c.example"]


@pytest.mark.parametrize("table, row, message",
                         [("evnts", "x", "no table 'evnts'"), ("events", "x", "no row 'x' in events")])
def test_cite_names_what_does_not_exist(book, table, row, message):
    with pytest.raises(KeyError, match=message):
        minsk.cite(book, table, row)


def test_sources_of_one_origin_count_once_and_contradictions_do_not_count(book):
    assert minsk.independent(book, "events").to_dict() == {"1994-05-12-ceasefire": 1, "1995-visit": 0}


def test_a_disagreement_shows_both_values_and_the_reason(book):
    out = minsk.disagreements(book)
    assert len(out) == 1
    assert out.loc[0, ["row_id", "ours", "theirs", "reason", "vantage"]].tolist() == [
        "1994-05-12-ceasefire", "1994-05-12", "1994-05-11", "The text itself says the 12th.", "un"]  # fmt: skip


def test_the_bibliography_is_in_order_of_publisher_whatever_its_case_and_counts_citations(book):
    out = minsk.bibliography(book)
    assert out["source_id"].tolist() == ["b", "c", "a"]
    assert out["citations"].tolist() == [1, 1, 1]


def test_a_compound_key_is_cited_by_its_parts(wb):
    row = wb.citations.query("table == 'proposal_elements'").iloc[0]["row_id"]
    assert "/" in row
    assert len(minsk.cite(wb, "proposal_elements", row)) >= 1
