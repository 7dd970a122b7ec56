"""Proposals, on cases worked by hand."""

import pandas as pd
import pytest
from minsk import Workbook, proposals

NO = None
# Texts in time order; "not_mentioned" is silence, None not known.
HAND = pd.DataFrame(
    {"status": ["later", "later", "vote", "later", NO], "force": [NO, "yes", "not_mentioned", "yes", "yes"],
     "corridor": ["x", NO, "not_mentioned", "y", "not_mentioned"]},
    index=["a", "b", "c", "d", "e"])
SAID = HAND.mask(HAND == proposals.SILENT)


def test_grid_puts_texts_in_time_order_and_keeps_silence_apart_from_ignorance():
    # 1997 stands at 2 July, before 1997-08 (16 August) and after 1997-05-01; "z" and "w" share a day.
    dated = {"y": "1997", "z": "1997-05-01", "w": "1997-05-01", "x": "1997-08"}
    wb = Workbook({
        "proposals": pd.DataFrame({"proposal_id": list(dated), "date": list(dated.values())}),
        "elements": pd.DataFrame({"element_id": ["force", "status"], "order": [2, 1]}),
        "proposal_elements": pd.DataFrame(
            [("x", "status", "vote"), ("y", "status", "not_known"), ("x", "force", "not_mentioned")],
            columns=["proposal_id", "element_id", "value"]),
    }, {}, None)
    cells = proposals.grid(wb)
    assert list(cells.index) == ["w", "z", "y", "x"]
    assert list(cells.columns) == ["status", "force"]
    assert list(cells.loc["x"]) == ["vote", "not_mentioned"]
    assert cells.drop(index="x").isna().all(axis=None)


def test_heritage_of_provisions():
    kinds = proposals.heritage(SAID)
    assert list(kinds["status"]) == ["first", "last", "new", "earlier", ""]
    assert list(kinds["force"]) == ["", "first", "", "last", "last"]
    assert list(kinds["corridor"]) == ["first", "", "", "new", ""]


def test_heritage_counts_silence_when_it_is_left_in():
    assert list(proposals.heritage(HAND)["force"]) == ["", "first", "new", "earlier", "last"]
    assert list(proposals.heritage(HAND)["corridor"]) == ["first", "", "new", "new", "earlier"]


def test_inherited_counts():
    counts = proposals.inherited(SAID)
    assert list(counts.columns) == ["first", "new", "earlier", "last", "compared", "kept"]
    assert list(counts.loc["d"]) == [0, 1, 1, 1, 3, 2]
    assert list(counts.loc["a"]) == [2, 0, 0, 0, 0, 0]
    assert list(counts.sum()) == [3, 2, 1, 3, 6, 4]


def test_appearances():
    life = proposals.appearances(HAND)
    assert list(life.loc["force"]) == [3, 1, 1, "b", "e"]
    assert list(life.loc["corridor"]) == [2, 2, 2, "a", "d"]


def test_neighbours_by_hand():
    pairs = proposals.neighbours(HAND, 1).set_index(["text", "other"])
    # a, d: status same, corridor differs: 1 of {later, x, y}.
    assert list(pairs.loc[("a", "d")]) == [2, 1, pytest.approx(1 / 3)]
    # b, d: status and force the same; the corridor of b is not known.
    assert list(pairs.loc[("b", "d")]) == [2, 2, 1.0]
    # c, e: both silent on the corridor, which does not count; on force one is silent.
    assert list(pairs.loc[("c", "e")]) == [1, 0, 0.0]
    # d, e: force the same, the corridor of d against silence: 1 of {yes, y}.
    assert list(pairs.loc[("d", "e")]) == [2, 1, 0.5]
    assert list(pairs.loc[("e", "d")]) == list(pairs.loc[("d", "e")])


def test_neighbours_nearest_first_and_none_below_the_minimum():
    pairs = proposals.neighbours(HAND, 2)
    # b shares two elements with d (both the same) and with c (none), one with a and with e.
    assert list(pairs.query("text == 'b'")["other"]) == ["d", "c"]
    assert (pairs["shared"] >= 2).all()
    # a and e share the corridor alone.
    assert list(proposals.neighbours(HAND, 1).query("text == 'a' and other == 'e'")["shared"]) == [1]
    assert pairs.query("text == 'a' and other == 'e'").empty
    assert proposals.neighbours(HAND, 4).empty


def test_ties_go_to_more_shared_elements_then_to_the_earlier_text():
    same = pd.DataFrame({"e1": ["v", "v", "v", "v"], "e2": ["w", NO, "w", "w"]}, index=["t", "u", "x", "y"])
    assert list(proposals.neighbours(same, 1).query("text == 't'")["other"]) == ["x", "y", "u"]
