import hashlib
import math
import re
import tracemalloc

import krippendorff
import minsk
import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from minsk import statements

BASEL = "2014-12-04-basel"
GENERATED = "We regret the incident at @. The sides met again and spoke of the conflict. " * 20
COUNTS = ["statement_terms", "statement_shingles", "statement_measures"]


def basel(wb):
    """The text of the Basel statement, paragraphs parted by line breaks."""
    rows = statements.reading(wb, BASEL)
    return "\n".join(" ".join(g["text"]) for _, g in rows.groupby("paragraph"))


# ---------------------------------------------------------------- the text functions


@pytest.mark.parametrize(
    "text, tokens",
    [("We regret.", ["we", "regret"]), ("Nagorno-Karabakh’s 12 sides", ["nagorno-karabakh's", "sides"]),
     ("ﬁve–six ’tis", ["five", "six", "tis"]), ("", []), ("Désir", ["désir"])],
)  # fmt: skip
def test_tokens_are_runs_of_letters(text, tokens):
    assert statements.tokens(text) == tokens


@pytest.mark.parametrize(
    "text, sentences",
    [("One. Two! Three?", ["One.", "Two!", "Three?"]), ("On 4 Dec. we met.", ["On 4 Dec. we met."]),
     ("No end\nNew line.", ["No end", "New line."]), ('He said “no.” We left.', ['He said “no.”', "We left."]),
     ("In 2014. 12 men.", ["In 2014.", "12 men."])],
)  # fmt: skip
def test_a_sentence_ends_at_a_mark_before_a_capital_or_digit_and_at_a_line_break(text, sentences):
    assert statements.sentences(text) == sentences


def test_the_basel_statement_is_whole(wb):
    """378 words, 197 different, in 14 sentences and 5 paragraphs; the hash is of the press release's text."""
    text = basel(wb)
    assert statements.sentences(text) == statements.reading(wb, BASEL)["text"].tolist()
    assert hashlib.sha1(text.encode()).hexdigest() == "ce555fe5658b4e44d01c1f3cf7df3b43e9c72d7a"
    measures = statements.features(text).measures
    assert (measures["tokens"], measures["types"], measures["sentences"], len(text.splitlines())) == (378, 197, 14, 5)


def test_only_a_statement_that_is_reproduced_can_be_read(wb):
    with pytest.raises(KeyError, match="only the Basel statement is reproduced"):
        statements.reading(wb, "1999-01-01-other")


def test_the_features_of_a_text_worked_by_hand():
    terms, shingles, measures = statements.features("Peace now, and peace later. And peace now, and peace later?")
    assert dict(terms) == {"peace": 4, "now": 2, "and": 3, "later": 2}
    # Eleven tokens make seven sequences, of which the first and the last are the same.
    first = hashlib.sha1(b"peace now and peace later").hexdigest()[:16]
    assert first in shingles and len(shingles) == 6
    assert (measures["tokens"], measures["types"], measures["sentences"]) == (11, 4, 2)


@pytest.mark.parametrize(
    "sentence, measure",
    [("Armenia and Azerbaijan met.", "names_armenia_first"), ("The Armenia-Azerbaijan border.", "names_armenia_first"),
     ("The Azerbaijani and Armenian ministers met.", "names_azerbaijan_first"),
     ("Armenians spoke.", "names_one_side_only"), ("Azerbaijan's ministers spoke.", "names_one_side_only")],
)  # fmt: skip
def test_which_side_a_sentence_names_first(sentence, measure):
    counted = {k: v for k, v in statements.features(f"{sentence} The sides met.").measures.items() if "names" in k}
    assert {k for k, v in counted.items() if v} == {measure} and counted[measure] == 1


def test_a_text_shorter_than_a_sequence_has_none():
    assert statements.features("We regret it.").shingles == set()


def test_the_rows_of_basel_are_those_of_the_data(wb):
    for name, frame in statements.rows(BASEL, basel(wb)).items():
        shipped = wb.tables[name].query("statement_id == @BASEL").reset_index(drop=True)
        pd.testing.assert_frame_equal(frame, shipped)


def test_a_text_without_words_has_no_rows():
    with pytest.raises(ValueError, match="'x' has no words"):
        statements.rows("x", " 12. ")


def test_texts_are_not_kept():
    """Memory for 500 texts stays at what a few of them take."""
    length = len(GENERATED)
    statements.features(GENERATED)
    tracemalloc.start()
    for i in range(500):
        statements.features(GENERATED.replace("@", chr(97 + i % 26) * (1 + i % 100)))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 0.3 * 500 * length


def test_the_recipe_of_the_data_dictionary_adds_a_statement_and_keeps_no_text(data, tmp_path, monkeypatch):
    recipe = re.search(r"### Adding a statement.*?```python\n(.*?)```", (ROOT / "data" / "README.md").read_text(), re.S)
    (tmp_path / "text.txt").write_text("Zebras met in Vienna. They regretted the fog over both of the rivers.", "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(minsk.checks, "DATA", data)
    exec(recipe[1], {})
    book = minsk.load(data)
    assert book.statements.set_index("statement_id").at["2013-05-01-example", "text_seen"] == "full"
    assert book.statement_measures.set_index("statement_id").at["2013-05-01-example", "tokens"] == 13
    assert book.statement_terms.query("statement_id == '2013-05-01-example'")["count"].sum() == 13
    assert not any("They regretted the fog" in f.read_text("utf-8") for f in data.iterdir() if f.is_file())


def test_a_statement_with_a_mistake_is_not_added(data, tmp_path):
    (tmp_path / "text.txt").write_text("Zebras met.", "utf-8")
    before = {f.name: f.read_bytes() for f in data.iterdir()}
    row = {"statement_id": "2013-05-01-example", "date": "2013-13", "title": "T", "level": "co_chairs",
           "issuer_id": "nobody", "language": "en", "url": "https://www.osce.org/mg"}  # fmt: skip
    with pytest.raises(minsk.DataError) as error:
        statements.add_statement(minsk.load(data), tmp_path / "text.txt", row, "osce-basel-2014")
    assert set(error.value.problems["column"]) == {"date", "issuer_id"}
    assert {f.name: f.read_bytes() for f in data.iterdir()} == before


# ---------------------------------------------------------------- the corpus


def test_counts_exist_for_every_text_read_whole_and_for_no_other(wb):
    whole = set(wb.statements.query("text_seen == 'full'")["statement_id"])
    for name in COUNTS:
        assert set(wb.tables[name]["statement_id"]) == whole, name


def test_the_three_tables_of_counts_agree(wb):
    measures = wb.statement_measures.set_index("statement_id")
    terms = wb.statement_terms.groupby("statement_id")["count"]
    assert terms.sum().eq(measures["tokens"]).all() and terms.size().eq(measures["types"]).all()
    sequences = wb.statement_shingles.groupby("statement_id").size()
    assert (sequences <= measures["tokens"] - statements.LENGTH + 1).all()
    named = measures.filter(like="names_").sum(axis=1)
    assert (named <= measures["sentences"]).all() and (measures["sentences"] <= measures["tokens"]).all()


def test_every_text_read_whole_is_coded_twice_and_no_other_is(wb):
    whole = set(wb.statements.query("text_seen == 'full'")["statement_id"])
    by = wb.statement_codes.groupby("coder")["statement_id"].agg(set)
    assert by["b"] == by["agreed"] == whole and whole <= by["a"] <= set(wb.statements["statement_id"])


def test_agreed_is_what_both_coders_gave_with_the_sentence_of_b(wb):
    given = {c: g.set_index(["statement_id", "code"]) for c, g in wb.statement_codes.groupby("coder")}
    assert set(given["agreed"].index) == set(given["a"].index) & set(given["b"].index)
    columns = ["sentence", "sure"]
    pd.testing.assert_frame_equal(given["agreed"][columns], given["b"].loc[given["agreed"].index, columns])


def test_no_words_of_another_statement_are_in_the_data(wb):
    """No cell, titles apart, holds twelve words in a row of a text that is not reproduced."""
    known = set(wb.statement_shingles.query("statement_id != @BASEL")["shingle"])
    tables = [f for name, f in wb.tables.items() if name not in [*COUNTS, "statement_sentences"]]
    cells = {c for f in tables for c in f.drop(columns=["title", "url"], errors="ignore").select_dtypes("str").stack()}
    for cell in sorted(cells):
        words = statements.tokens(cell)
        five = [" ".join(words[i : i + 5]).encode() for i in range(len(words) - 4)]
        run = "".join("x" if hashlib.sha1(f).hexdigest()[:16] in known else " " for f in five)
        assert "x" * 8 not in run, cell


# ---------------------------------------------------------------- the statistics


def codings(*pairs):
    """Two codings of one code, from pairs of 0 and 1."""
    a, b = (pd.DataFrame({"code": np.array(column, bool)}) for column in zip(*pairs, strict=True))
    return a, b


def test_alpha_worked_by_hand():
    """Ten texts, one disagreement, nine of 20 values given: 1 - 1 x 19 / (9 x 11)."""
    out = statements.reliability(*codings(*[(1, 1)] * 4, (0, 1), *[(0, 0)] * 5), draws=10).loc["code"]
    assert out[["both", "only_a", "only_b", "neither"]].tolist() == [4, 0, 1, 5]
    assert out["alpha"] == pytest.approx(1 - 19 / 99)


def test_alpha_is_undefined_where_a_code_is_never_or_always_given():
    for value in (0, 1):
        out = statements.reliability(*codings(*[(value, value)] * 6), draws=10).loc["code"]
        assert out[["alpha", "low", "high"]].isna().all()


def test_the_bootstrap_of_alpha_is_that_of_resampling_texts_one_by_one(wb):
    a, b = (statements.coded(wb, coder)[["negotiate_call"]] for coder in "ab")
    fast = statements.reliability(a, b).loc["negotiate_call"]
    rng, slow = np.random.default_rng(7), []
    for _ in range(500):
        drawn = rng.integers(0, len(a), len(a))
        values = [x.to_numpy()[drawn, 0].astype(float) for x in (a, b)]
        slow.append(krippendorff.alpha(np.array(values), level_of_measurement="nominal"))
    assert fast[["low", "high"]].tolist() == pytest.approx(np.quantile(slow, [0.025, 0.975]), abs=0.03)


def test_the_coded_texts_are_the_whole_ones_in_order_of_time(wb):
    coded = statements.coded(wb, "a")
    assert coded.index.tolist() == statements.full(wb)["statement_id"].tolist()
    assert coded.columns.tolist() == wb.codebook["code"].tolist()
    assert coded.loc[BASEL, "no_military_solution"] and not coded.loc[BASEL, "unblocking"]


def corpus(**texts):
    return pd.DataFrame([(t, s) for t, letters in texts.items() for s in letters], columns=["statement_id", "shingle"])


def test_novelty_worked_by_hand():
    out = statements.novelty(corpus(one="abcd", two="abxy", three="abcx"), ["one", "two", "three"], draws=400)
    assert out["shingles"].tolist() == [4, 4, 4]
    assert out["seen"].tolist() == [0, 0.5, 1]
    assert out["nearest"].tolist() == ["", "one", "two"]  # the last shares three with each; of equals the latest
    assert out["shared"].tolist() == [0, 0.5, 0.75]
    # The first has no text before it in any order and the last always both; the second has one of the two others,
    # which share half or three quarters with it.
    assert out["shuffled"].tolist() == pytest.approx([0, 0.625, 1], abs=0.02)
    assert out[["low", "high"]].loc["two"].tolist() == [0.5, 0.75]


def test_a_text_of_new_sequences_draws_on_none():
    out = statements.novelty(corpus(one="ab", two="cd"), ["one", "two"], draws=5)
    assert out.loc["two", ["seen", "nearest", "shared"]].tolist() == [0, "", 0]


def test_log_odds_worked_by_hand():
    """Two texts of four words. The prior is one text of average length: peace 2, war 1.5, fog 0.5."""
    terms = pd.DataFrame([("one", "peace", 3), ("one", "fog", 1), ("two", "peace", 1), ("two", "war", 3)],
                         columns=["statement_id", "term", "count"])
    out = statements.distinctive(terms, pd.Series({"one": True, "two": False}), least=1)
    odds = math.log(5 / 3) - math.log(3 / 5)
    assert out.loc["peace", ["inside", "outside", "texts"]].tolist() == [3, 1, 2]
    assert out.loc["peace", "log_odds"] == pytest.approx(odds)
    assert out.loc["peace", "z"] == pytest.approx(odds / math.sqrt(1 / 5 + 1 / 3))
    # Without the text "one": 2 of 4 against 3 of 8; without "two": 5 of 8 against 2 of 4.
    without = [(0 - math.log(3 / 5)) / math.sqrt(1 / 2 + 1 / 3), (math.log(5 / 3) - 0) / math.sqrt(1 / 5 + 1 / 2)]
    assert out.loc["peace", "weakest"] == pytest.approx(min(without))
    assert out.index[0] in ("peace", "fog") and out.index[-1] == "war" and out.loc["war", "z"] < 0


def test_words_in_few_texts_are_left_out_and_texts_out_of_the_groups_do_not_count(wb):
    group = statements.full(wb).query("language == 'en'").set_index("statement_id")["level"] == "co_chairs"
    out = statements.distinctive(wb.statement_terms, group)
    spread = wb.statement_terms[wb.statement_terms["statement_id"].isin(group.index)].groupby("term").size()
    assert set(out.index) == set(spread.index[spread >= 5])
    assert (out["weakest"].abs() <= out["z"].abs() + 1e-9)[out["weakest"] * out["z"] > 0].all()
    assert out["z"].is_monotonic_decreasing


def test_references_are_dated_and_prefer_the_event(small):
    book = small(
        events=[{"event_id": "e", "title": "Ceasefire", "start": "1994-05-12"}],
        statements=[{"statement_id": "s", "title": "First", "date": "2000"},
                    {"statement_id": "t", "title": "Second", "date": "2004-05-12"}],
        statement_references=[
            {"reference_id": "1", "statement_id": "t", "event_id": "e", "referenced_id": "s"},
            {"reference_id": "2", "statement_id": "t", "event_id": "e"}, {"reference_id": "3", "statement_id": "t"},
            {"reference_id": "4", "statement_id": "t", "referenced_id": "s"}],
    )  # fmt: skip
    out = statements.references(book)
    assert out[["target", "title", "target_statement"]].to_numpy().tolist() == [
        ["e", "Ceasefire", "s"], ["s", "First", "s"]]  # fmt: skip
    assert out["years"].round(1).tolist() == [10.0, 4.4]


def test_each_reference_of_the_data_is_dated(wb):
    out = statements.references(wb)
    assert out[["made", "when"]].notna().all(axis=None) and not out.duplicated(["statement_id", "target"]).any()
