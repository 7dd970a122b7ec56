import math

import minsk
import pandas as pd
import pytest
from minsk import chronology


def event(event_id, start, **cells):
    return {"event_id": event_id, "start": start, "kind": "meeting", "level": "leaders", "outcome": "held",
            "disputed": "false", "convening": "russia", **cells}  # fmt: skip


@pytest.fixture
def book(small):
    people = [("ann", "arm", "president"), ("bob", "aze", "president"), ("cy", "arm", "prime_minister"),
              ("dee", "arm", "foreign_minister")]  # fmt: skip
    events = [event("b", "2001-03", convening="minsk_group"), event("a", "2001-01-10"),
              event("c", "2019-05-01", convening="un"), event("d", "2001-02-01", outcome="cancelled"),
              event("e", "2001-02-02", kind="visit")]  # fmt: skip
    there = [("a", "ann"), ("a", "bob"), ("a", "dee"), ("b", "ann"), ("b", "bob"), ("c", "ann"), ("c", "bob"),
             ("c", "cy")]  # fmt: skip
    state = {p: s for p, s, _ in people}
    return small(
        events=events,
        actors=[{"actor_id": p, "name": f"{p.title()} {p.title()}yan", "kind": "person"} for p, _, _ in people],
        roles=[{"role_id": p, "actor_id": p, "body_id": s, "role": r, "on_behalf_of": s} for p, s, r in people],
        event_participants=[{"event_id": e, "actor_id": p, "role": "participant", "on_behalf_of": state[p]}
                            for e, p in there],
    )  # fmt: skip


def test_the_ledger_holds_meetings_of_leaders_that_took_place_in_order(book):
    out = chronology.ledger(book)
    assert out["event_id"].tolist() == ["a", "b", "c"]
    assert out["pair"].tolist() == ["Annyan – B. Bobyan", "Annyan – B. Bobyan", "Cyyan – B. Bobyan"]
    assert out["nth"].tolist() == [1, 2, 1]
    assert out["convenor"].tolist() == ["rus", "co_chairs", "other"]


def test_days_between_meetings_count_from_the_earliest_day_each_can_mean(book):
    # 10 January to 1 March 2001, the first day of a meeting dated "2001-03", are 50 days.
    assert chronology.ledger(book)["days_since"].tolist()[1:2] == [50]
    assert pd.isna(chronology.ledger(book)["days_since"].iloc[0])


def test_the_prime_minister_leads_armenia_from_april_2018(book):
    assert chronology.ledger(book)["armenia"].tolist() == ["Ann Annyan", "Ann Annyan", "Cy Cyyan"]


def test_every_meeting_in_the_data_has_both_leaders(wb):
    out = chronology.ledger(wb)
    assert len(out) > 80
    assert not (out[["armenia", "azerbaijan"]] == "not named").any(axis=None)
    leaders = {"Ayaz Mutallibov", "Yagub Mammadov", "Abulfaz Elchibey", "Heydar Aliyev", "Ilham Aliyev"}
    assert set(out["azerbaijan"]) == leaders


def test_every_kind_of_event_has_one_lane_in_the_timeline(wb):
    lanes = [k for kinds in chronology.LANES.values() for k in kinds]
    fields = {f["name"]: f for r in wb.package["resources"] if r["name"] == "events" for f in r["schema"]["fields"]}
    assert sorted(lanes) == sorted(fields["kind"]["constraints"]["enum"])


def test_every_convening_is_drawn_as_something(wb):
    assert set(minsk.chronology.CONVENED.values()) | {"other"} == set(chronology.CONVENORS)
    assert set(chronology.CONVENORS) <= set(minsk.figures.COLOURS) & set(minsk.figures.MARKERS)


def test_thinness_counts_days_and_single_sources(small):
    cite = {"table": "events", "stance": "supports"}
    book = small(
        events=[event("a", "2001-01-10"), event("b", "2001"), event("c", "2002-02")],
        sources=[{"source_id": s, "origin": s} for s in "xy"],
        citations=[{**cite, "row_id": "a", "source_id": "x"}, {**cite, "row_id": "a", "source_id": "y"},
                   {**cite, "row_id": "b", "source_id": "x"}],
    )  # fmt: skip
    out = chronology.thinness(book)
    assert out.loc[2001].to_dict() == {"events": 2, "day": 1, "one": 1}
    assert out.loc[2002].to_dict() == {"events": 1, "day": 0, "one": 1}


def test_a_known_change_point():
    # Ten yes, then ten no: two shares fit perfectly (log likelihood 0), one share of a half gives 20 ln 1/2.
    gain, p = chronology.change_point(pd.Series([True] * 10 + [False] * 10), draws=500, seed=1)
    assert list(gain.index) == list(range(1, 20))
    assert gain.idxmax() == 10
    assert gain[10] == pytest.approx(20 * math.log(2))
    assert p == pytest.approx(1 / 501)  # no shuffle of 500 does as well; the sequence itself counts


def test_the_gain_at_every_point_by_hand():
    # yes, no, no: one share of 1/3 gives ln 1/3 + 2 ln 2/3. After one: perfect. After two: the first two give 2 ln 1/2.
    gain, _ = chronology.change_point(pd.Series([True, False, False]), draws=10)
    one = math.log(1 / 3) + 2 * math.log(2 / 3)
    assert list(gain) == pytest.approx([-one, 2 * math.log(1 / 2) - one])


def test_a_sequence_that_never_changes_gains_nothing():
    gain, p = chronology.change_point(pd.Series([True] * 6), draws=50)
    assert list(gain) == pytest.approx([0] * 5)
    assert p == 1


def test_sessions_of_one_stay_are_one_occasion():
    days = pd.to_datetime(["2009-07-17", "2009-07-18", "2009-07-20", "2009-07-20", "2009-07-21"])
    meetings = pd.DataFrame({"pair": "S – A", "place": ["Moscow", "Moscow", "Moscow", "Vienna", "Moscow"],
                             "earliest": days, "latest": days,
                             "convenor": ["rus", "co_chairs", "rus", "rus", "rus"]})  # fmt: skip
    out = chronology.occasions(meetings)
    assert list(out.index) == [0, 2, 3]  # the 20th is two days after the session before it, the 21st one
    assert list(out["convenor"]) == ["co_chairs", "rus", "rus"]  # one session under the co-chairs makes it theirs


def test_the_seat_takes_the_strongest_part(small):
    kinds = {"a": "ceasefire", "b": "meeting", "c": "visit", "d": "visit", "e": "leadership", "f": "hostilities",
             "g": "meeting", "h": "meeting", "i": "statement"}  # fmt: skip
    cells = {"d": {"place": "Town"}, "h": {"outcome": "cancelled"}}
    there = [("a", "head", "participant", "nk"), ("a", "nk", "signatory", ""), ("b", "head", "participant", "nk"),
             ("c", "nk", "host", ""), ("e", "nk", "participant", ""), ("f", "nk", "participant", ""),
             ("g", "arm", "participant", ""), ("h", "nk", "participant", ""), ("i", "nk", "author", "")]  # fmt: skip
    book = small(
        events=[event(k, "1994-05-05", **{"kind": v, **cells.get(k, {})}) for k, v in kinds.items()],
        event_participants=[dict(zip(("event_id", "actor_id", "role", "on_behalf_of"), row, strict=True))
                            for row in there],
    )  # fmt: skip
    out = chronology.seat(book, "nk", ["Town"]).set_index("event_id")["part"]
    assert out.to_dict() == {"a": "signed", "b": "took_part", "c": "visited", "d": "visited", "e": "acted",
                             "f": "named", "i": "acted"}  # fmt: skip
    assert set(out) == set(chronology.PARTS)
