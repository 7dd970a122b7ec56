from xml.etree import ElementTree

import networkx as nx
import numpy as np
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


def rows(**events):
    """Attendance from event=actors."""
    return pd.DataFrame(
        [(e, a) for e, actors in events.items() for a in actors.split()], columns=["event_id", "actor_id"]
    )


def seats(*terms):
    """Terms as (holder, first, last) of one seat."""
    out = pd.DataFrame(terms, columns=["holder", "first", "last"]).assign(
        lane="seat", role_id=[str(i) for i in range(len(terms))]
    )
    return out.assign(**{c: pd.to_datetime(out[c]) for c in ("first", "last")})


def test_a_seat_with_a_gap_and_an_overlap():
    # Ann 1st-4th; nobody on the 5th and 6th; Bob 7th-9th; Cai from the 9th, so both on the 9th.
    days = network.calendar(
        seats(
            ("Ann", "2000-01-01", "2000-01-04"),
            ("Bob", "2000-01-07", "2000-01-09"),
            ("Cai", "2000-01-09", "2000-01-10"),
        )
    )
    assert list(days["seat"]) == ["Ann"] * 4 + [""] * 2 + ["Bob"] * 2 + ["Bob / Cai"] + ["Cai"]
    runs = network.spells(days)
    assert list(zip(runs["seat"], runs["days"], strict=True)) == [
        ("Ann", 4),
        ("", 2),
        ("Bob", 2),
        ("Bob / Cai", 1),
        ("Cai", 1),
    ]
    assert (runs["start"].iloc[1], runs["end"].iloc[1]) == (pd.Timestamp("2000-01-05"), pd.Timestamp("2000-01-06"))


def test_a_vacancy_is_a_gap_and_an_undated_term_is_left_out():
    days = network.calendar(
        seats(("Ann", "2000-01-01", "2000-01-02"), ("", "2000-01-03", "2000-01-03"), ("Bob", "2000-01-01", None))
    )
    assert list(days["seat"]) == ["Ann", "Ann", ""]


def test_newman_weights_by_hand():
    # e1 of two adds 1 to ab; e2 of three adds 1/2 to ab, ac and bc; e3 of two adds 1 to cd.
    graph = network.projection(rows(e1="a b", e2="a b c", e3="c d"))
    weights = {frozenset(ends): tie["weight"] for *ends, tie in graph.edges(data=True)}
    assert weights == {frozenset("ab"): 1.5, frozenset("ac"): 0.5, frozenset("bc"): 0.5, frozenset("cd"): 1}


def test_excess_against_all_tables_with_these_margins():
    # Four actors, four events of two, each actor at two: 90 tables have these margins. In 6 of them a and b share both
    # of their events (any two of four; c and d must then share the others), and on average they share 2/3.
    out = network.excess(rows(e1="a b", e2="a b", e3="c d", e4="c d"), least=2, draws=4000, seed=2)
    assert [*zip(out["a"], out["b"], strict=True)] == [*map(tuple, ["ab", "ac", "ad", "bc", "bd", "cd"])]
    assert out["weight"].tolist() == out["events"].tolist() == [2, 0, 0, 0, 0, 2]
    assert out["p"].tolist() == pytest.approx([6 / 90, 1, 1, 1, 1, 6 / 90], abs=0.015)
    assert out["expected"].tolist() == pytest.approx([2 / 3] * 6, abs=0.04)


def test_excess_keeps_both_margins(monkeypatch):
    """Every chain ends with the sums it began with, and not all with the same table."""
    tile, seen = np.tile, []
    monkeypatch.setattr(network.np, "tile", lambda *args: seen.append(tile(*args)) or seen[-1])
    data = rows(e1="a b", e2="a b c", e3="c d", e4="a d")
    network.excess(data, draws=50)
    chains = next(a for a in seen if a.dtype == bool and a.ndim == 3)  # shuffled in place
    assert len({t.tobytes() for t in chains}) > 5
    for t in chains:
        assert t.sum(axis=1).tolist() == [3, 2, 2, 2]
        assert t.sum(axis=0).tolist() == [2, 3, 2, 2]


def test_where_the_margins_leave_no_choice_nothing_exceeds():
    out = network.excess(rows(e1="a b c", e2="a b c"), least=1, draws=50)
    assert len(out) == 3 and (out["p"] == 1).all()
    assert out["expected"].tolist() == pytest.approx(out["weight"].tolist())


def test_pairs_are_left_out_by_their_own_events_not_by_those_they_share():
    out = network.excess(rows(e1="a b", e2="a c", e3="b c"), least=2, draws=50)
    assert len(out) == 3
    assert network.excess(rows(e1="a b", e2="a c", e3="b c"), least=3, draws=50).empty


def test_brokerage_is_shared_and_rests_on_single_events():
    # Both x and y lead from s to t; each is cut off when one of its events is left out. The direct tie is set aside.
    events = {"e1": "s x", "e2": "x t", "e3": "s y", "e4": "y t", "e5": "s t"}
    out = network.brokerage(rows(**events), "s", "t")
    assert out.to_dict("index") == {k: {"share": 0.5, "low": 0, "high": 1} for k in ("x", "y")}
    # With every tie of x doubled its way is 1/2 + 1/2 long, and 1 + 1/2 when one event is left out; that of y is 2.
    firm = network.brokerage(rows(**events, e6="s x", e7="x t"), "s", "t")
    assert firm.to_dict("index") == {"x": {"share": 1, "low": 1, "high": 1}, "y": {"share": 0, "low": 0, "high": 0}}


@pytest.fixture
def process(small):
    actors = [{"actor_id": a, "kind": "state", "name": a.upper()} for a in ("arm", "aze", "rus")]
    actors += [{"actor_id": "minsk-group-co-chairs", "kind": "body", "name": "Co-chairs"}]
    actors += [{"actor_id": a, "kind": "person", "name": a.title()} for a in ("ivan", "anna", "omar")]
    keys = ("role_id", "actor_id", "body_id", "role", "on_behalf_of", "start", "end")
    roles = [
        ("r1", "ivan", "minsk-group-co-chairs", "co_chair", "rus", "2001", "2003"),
        ("r2", "ivan", "rus", "envoy", "rus", "2002", "2005"),
        ("r3", "anna", "arm", "president", "arm", "2000-05-01", ".."),
        ("r4", "omar", "aze", "president", "aze", "", ""),
    ]
    event = {"phase_id": "p", "level": "leaders", "outcome": "held"}
    events = [
        {**event, "event_id": "e1", "kind": "meeting", "start": "2002-06-01"},
        {**event, "event_id": "e2", "kind": "meeting", "start": "2004-06-01"},
        {**event, "event_id": "e3", "kind": "statement", "start": "2004-06-02"},
        {**event, "event_id": "e4", "kind": "visit", "start": "2004-06-03"},
    ]
    there = [
        ("e1", "ivan", "rus"),
        ("e1", "anna", "arm"),
        ("e2", "ivan", "rus"),
        ("e2", "rus", ""),
        ("e2", "omar", "aze"),
        ("e3", "ivan", "rus"),
        ("e3", "anna", "arm"),
        ("e4", "anna", "arm"),
    ]
    return small(
        actors=actors,
        roles=[dict(zip(keys, r, strict=True)) for r in roles],
        events=events,
        event_participants=[
            {"event_id": e, "actor_id": a, "role": "participant", "on_behalf_of": w} for e, a, w in there
        ],
    )


def test_attendance_lifts_persons(process):
    out = network.attendance(process)
    # In 2002 Ivan is a co-chair, in 2004 he speaks for Russia, which counts once; a statement is no encounter, nor is
    # a visit of one.
    assert list(zip(out["event_id"], out["actor_id"], strict=True)) == [
        ("e1", "arm"),
        ("e1", "minsk-group-co-chairs"),
        ("e2", "aze"),
        ("e2", "rus"),
    ]


def test_export_reads_back_in_both_formats(process, tmp_path):
    gexf, graphml = network.export(process, tmp_path / "roles")
    for graph in (nx.read_gexf(gexf), nx.read_graphml(graphml)):
        assert sorted(graph) == ["anna", "arm", "aze", "ivan", "minsk-group-co-chairs", "omar", "rus"]
        assert sorted(map(sorted, graph.edges)) == [
            ["anna", "arm"],
            ["aze", "omar"],
            ["ivan", "minsk-group-co-chairs"],
            ["ivan", "rus"],
        ]
        assert graph.nodes["ivan"]["label"] == "Ivan" and graph.nodes["rus"]["kind"] == "state"
        assert graph.edges["ivan", "rus"]["roles"] == "on behalf of (2001/2003); envoy (2002/2005)"
    assert nx.read_graphml(graphml).edges["ivan", "rus"]["dates"] == "2001-01-01/2005-12-31"


def test_gexf_is_dynamic_with_disjoint_spells(process, tmp_path):
    gexf, _ = network.export(process, tmp_path / "roles")
    tree, space = ElementTree.parse(gexf), {"g": "http://www.gexf.net/1.2draft"}
    graph = tree.find("g:graph", space)
    assert (graph.get("mode"), graph.get("timeformat")) == ("dynamic", "date")
    spells = {
        tuple(sorted((e.get("source"), e.get("target")))): [
            dict(s.attrib) for s in e.iterfind("g:spells/g:spell", space)
        ]
        for e in graph.iterfind("g:edges/g:edge", space)
    }
    assert spells["ivan", "rus"] == [{"start": "2001-01-01", "end": "2005-12-31"}]  # 2001-2003 and 2002-2005 overlap
    assert spells["anna", "arm"] == [{"start": "2000-05-01", "end": process.as_of}]
    assert spells["aze", "omar"] == []  # no date known
    assert tree.find("g:meta", space).get("lastmodifieddate") == process.as_of  # no clock


def test_disjoint_spells():
    assert network._disjoint([("2002", "2005"), ("2001", "2003"), ("2007", ""), ("", "1999"), ("", "")]) == [
        (None, "1999"),
        ("2001", "2005"),
        ("2007", None),
    ]


def test_every_actor_of_the_figure_has_a_place(wb):
    spot = set(wb.layout["actor_id"])
    bodies = [
        "minsk-group",
        "minsk-conference",
        "minsk-group-co-chairs",
        "osce-chairmanship",
        "osce-personal-representative",
        "osce-planning-group",
    ]
    rows = wb.roles[wb.roles["body_id"].isin(bodies)]
    assert {*rows["actor_id"], *rows["body_id"], "arm", "aze"} - {""} <= spot
    assert not wb.layout.duplicated(["x", "y"]).any()
