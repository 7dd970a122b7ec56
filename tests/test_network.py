import pandas as pd
import pytest
from minsk import network


@pytest.fixture
def book(small):
    role = {"body_id": "group", "role": "co_chair", "status": "held"}
    return small(
        actors=[{"actor_id": "group", "name": "Group", "kind": "body", "parent_id": "whole"},
                {"actor_id": "whole", "name": "Whole", "kind": "body"},
                {"actor_id": "fra", "name": "France", "kind": "state"},
                {"actor_id": "xyz", "name": "Xyz", "kind": "state"},
                {"actor_id": "ann", "name": "Ann A", "kind": "person"},
                {"actor_id": "bob", "name": "Bob B", "kind": "person"}],
        roles=[{**role, "role_id": "ann", "actor_id": "ann", "on_behalf_of": "fra", "start": "1997-02",
                "end": "1999-06-30"},
               {**role, "role_id": "bob", "actor_id": "bob", "on_behalf_of": "fra", "start": "2000", "end": ""},
               {**role, "role_id": "gap", "actor_id": "", "on_behalf_of": "fra", "start": "1999-07-01",
                "end": "1999-12", "status": "vacant"},
               {**role, "role_id": "fra", "actor_id": "fra", "on_behalf_of": "fra", "start": "1997", "end": ".."},
               {**role, "role_id": "xyz", "role": "member", "actor_id": "xyz"},
               {**role, "role_id": "xyz-2", "role": "troika", "actor_id": "xyz", "start": "1998", "end": "1998"}],
    )  # fmt: skip


def test_a_term_has_a_longest_and_a_certain_length(book):
    out = network.terms(book).set_index("role_id")
    first = out.loc["ann", ["first", "sure_first", "sure_last", "last"]]
    assert [f"{d:%Y-%m-%d}" for d in first] == ["1997-02-01", "1997-02-28", "1999-06-30", "1999-06-30"]
    assert out.loc["gap", "holder"] == ""
    assert pd.isna(out.loc["bob", "last"])
    assert out.loc["fra", "last"] == pd.Timestamp("2025-12-01")  # an open end is the as-of date


@pytest.mark.parametrize(
    "day, held",
    [("1997-01-31", []), ("1997-02-01", ["Ann A"]), ("1999-06-30", ["Ann A"]), ("1999-07-01", []),
     ("2000-06-01", ["Bob B"]), ("2001-01-01", [])],
)  # fmt: skip
def test_who_held_a_seat_on_a_day(book, day, held):
    """A vacancy has no holder; an unknown end does not let a term run on."""
    assert network.holders(book, "group", "co_chair", day) == held


def test_a_snapshot_ties_holders_to_bodies_and_to_those_they_speak_for(book):
    graph = network.snapshot(book, "1998-01-01")
    edges = sorted(map(tuple, map(sorted, graph.edges)))
    assert edges == [("ann", "fra"), ("ann", "group"), ("fra", "group"), ("group", "xyz")]
    assert graph.edges["ann", "group"]["role"] == "co_chair"
    assert graph.nodes["ann"] == {"kind": "person", "name": "Ann A"}


def test_membership_by_year_takes_the_strongest_role_and_keeps_the_undated_apart(book):
    out = network.membership(book, "group", range(1997, 2000))
    assert out.loc["France"].tolist() == ["co_chair"] * 3 + [""]
    assert out.loc["Xyz"].tolist() == ["", "troika", "", "member"]


def test_the_tree_is_depth_first(book):
    out = network.tree(book, "whole")
    assert list(zip(out["actor_id"], out["depth"], strict=True)) == [("whole", 0), ("group", 1)]


def test_each_co_chair_seat_is_accounted_for_every_day(wb):
    """Counted here day by day, apart from the rule that checks it."""
    rows = network.terms(wb).query("body_id == 'minsk-group-co-chairs' and role == 'co_chair' and first.notna()")
    rows = rows[rows["actor_id"] != rows["on_behalf_of"]]
    for state in ("fra", "rus", "usa"):
        mine = rows[rows["on_behalf_of"] == state]
        days = pd.date_range("1997-02-28", "2025-11-30")
        covered = pd.Series(False, index=days)
        for row in mine.itertuples():
            covered[row.first : row.last if pd.notna(row.last) else row.sure_first] = True
        assert covered.all(), (state, covered.index[~covered][0])
