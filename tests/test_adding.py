"""Rows are added whole or not at all: what is refused and why, what is written, and what a crash leaves."""

import os
import shutil
import signal
import subprocess
import sys
from datetime import date
from types import SimpleNamespace

import minsk
import pandas as pd
import pytest
import tiny
from minsk import tables
from minsk.__main__ import main

KNOWN = "osce-basel-2014"
EVENT = dict(event_id="1999-12-31-invented", start=date(1999, 12, 31), phase_id="proposals", kind="meeting",
             level="mediators", outcome="held", disputed=False, title="Invented", summary="Invented.")
PAGE = dict(source_id="invented-page", title="Invented page", publisher="Nobody", url="https://example.org/x",
            kind="press", vantage="third_party", origin="invented-page", language="en", accessed="2025-11")


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    shutil.copy(tables.DATA / "datapackage.json", folder)
    frames, package = tiny.part()
    for name, resource in tables.resources(package):
        tables.write(frames[name], resource, folder)
    return folder


@pytest.fixture
def book(whole, tmp_path):
    """What `add` needs of a workbook: where its files are."""
    return SimpleNamespace(path=shutil.copytree(whole, tmp_path / "data"))


def content(folder):
    return {f.name: f.read_bytes() for f in folder.iterdir() if f.is_file()}


def refusal(book, rows):
    """What is said of rows that are refused; nothing may be written."""
    before = content(book.path)
    with pytest.raises(minsk.DataError) as error:
        minsk.add(book, rows)
    assert content(book.path) == before and not list(book.path.glob(".*"))
    found = error.value.problems
    assert (found[["file", "line", "problem", "remedy"]] != "").all(axis=None)
    return found


# ---------------------------------------------------------------- what is written


def test_an_event_with_a_new_source_is_added_cited_sorted_and_shown(book):
    old = minsk.load(book.path)
    diff = minsk.add(book, {"events": EVENT, "sources": {**PAGE, "locator": "p. 1", "quote": "words"}})
    new = minsk.load(book.path)
    more = {name: len(new.tables[name]) - len(old.tables[name]) for name in new.tables}
    assert {name: n for name, n in more.items() if n} == {"events": 1, "sources": 1, "citations": 1}
    cited = minsk.cite(new, "events", EVENT["event_id"])
    assert cited[["stance", "locator"]].to_numpy().tolist() == [["supports", "p. 1"]]
    assert new.events["event_id"].is_monotonic_increasing
    for file in ("events", "sources", "citations"):
        assert f"--- {file}.csv\n+++ {file}.csv\n@@ " in diff
    added = [line for line in diff.splitlines() if line.startswith("+") and not line.startswith("+++")]
    assert "+events,1999-12-31-invented,,invented-page,p. 1,supports,,,words" in added
    row = "+1999-12-31-invented,1999-12-31,,proposals,meeting,mediators,,,,held,false,Invented,Invented.,,,,,,,"
    assert row in added
    assert len(added) == 3 and "\n-" not in diff.replace("\n---", "")
    assert repr(diff) == str(diff)
    assert not list(book.path.glob(".*"))


def test_the_old_rows_stay_byte_for_byte(book):
    before = content(book.path)
    minsk.add(book, {"events": EVENT, "sources": [PAGE]})
    after = content(book.path)
    changed = {n for n in after if after[n] != before[n]}
    assert changed == {"events.csv", "sources.csv", "citations.csv"}
    for name in changed:
        old, new = before[name].splitlines(), after[name].splitlines()
        assert [line for line in new if line in set(old)] == old


@pytest.mark.parametrize("source", [KNOWN, [KNOWN], {"source_id": KNOWN}, [{"source_id": KNOWN, "locator": "p. 1"}]])
def test_a_source_that_is_there_is_named_by_its_id(source, book):
    minsk.add(book, {"events": EVENT, "sources": source})
    assert len(minsk.cite(minsk.load(book.path), "events", EVENT["event_id"])) == 1


def test_every_new_row_that_needs_it_is_cited_by_every_source_unless_it_brings_its_own(book):
    person = {"actor_id": "ann-example", "kind": "person", "name": "Ann Example"}
    term = {"role_id": "ann-osce", "actor_id": "ann-example", "body_id": "osce", "role": "other", "status": "held"}
    own = dict(table="roles", row_id="ann-osce", source_id="invented-page", stance="supports", locator="p. 9")
    minsk.add(book, {"actors": person, "roles": term, "citations": own, "sources": [PAGE, KNOWN]})
    wb = minsk.load(book.path)
    assert len(minsk.cite(wb, "actors", "ann-example")) == 2
    assert minsk.cite(wb, "roles", "ann-osce")["locator"].tolist() == ["p. 9"]


def test_a_contradiction_of_an_old_row_can_be_added(book):
    event = minsk.load(book.path).events["event_id"].iloc[0]
    says = {"table": "events", "row_id": event, "field": "start", "source_id": "invented-page", "stance": "contradicts",
            "value": "1990", "note": "Ours is nearer in time."}  # fmt: skip
    minsk.add(book, {"citations": says, "sources": PAGE})
    assert "1990" in set(minsk.disagreements(minsk.load(book.path))["theirs"])


def test_values_may_be_python_values_or_text_and_rows_a_frame(book):
    wb = minsk.load(book.path)
    deaths = pd.DataFrame([dict(year=2024, low=1, best=2.0, high="3", best_in_armenia=0, best_in_azerbaijan=2)])
    event = {**EVENT, "disputed": "false", "lat": 40.2, "lon": -3, "place": "Nowhere", "note": None, "pax_id": pd.NA}
    minsk.add(wb, {"deaths": deaths, "events": event, "sources": KNOWN})
    assert "\n2024,1,2,3,0,2\n" in (book.path / "deaths.csv").read_text("utf-8")
    assert ",Nowhere,40.2,-3,,,,\n" in (book.path / "events.csv").read_text("utf-8")


def test_nothing_to_add_adds_nothing(book):
    before = content(book.path)
    assert minsk.add(book, {}) == minsk.add(book, {"events": []}) == ""
    assert content(book.path) == before


def test_all_of_a_statement_is_added_together(book):
    key = {"statement_id": "1999-12-31-invented"}
    statement = dict(date="1999-12-31", title="T", level="other", issuer_id="osce", language="en", text_seen="full")
    rows = {"statements": {**key, **statement},
            "statement_addressees": [{**key, "addressee": "sides"}, {**key, "addressee": "public"}],
            "sources": KNOWN}  # fmt: skip
    minsk.add(book, rows)
    assert len(minsk.load(book.path).statement_addressees.query("statement_id == '1999-12-31-invented'")) == 2


# ---------------------------------------------------------------- what is refused


def event(**cells):
    return {"events": {**EVENT, **cells}, "sources": KNOWN}


def lacking(**cells):
    return {"citations": {"table": "events", "row_id": "x", "source_id": KNOWN, **cells}}


def page(**cells):
    return {"events": EVENT, "sources": {**PAGE, **cells}}


PART = {"event_id": "x", "actor_id": "osec", "role": "host"}
# What is added, and which problem is told in which column of which file, with which remedy.
MISTAKES = {
    "unknown table": ({"event": EVENT}, "event", "", "no such table", "Did you mean events?"),
    "text for a table": ({"start": "1999"}, "start", "", "no such table", "There are: sources, citations"),
    "unknown column": (event(titel="x"), "events", "titel", "no such column", "Did you mean title?"),
    "column like none": (event(qqq=1), "events", "qqq", "no such column", "There are: event_id, start"),
    "two values": (event(place=["A", "B"]), "events", "place", "not a single value", "a row of its own"),
    "missing value": (event(kind=None), "events", "kind", "the cell is empty", "One of: summit, ministerial"),
    "not in the list": (event(kind="meting"), "events", "kind", "not one of the allowed", "Use one of: summit"),
    "bad date": (event(start="31.12.1999"), "events", "start", "not a date", "Write 1992"),
    "bad id": (event(event_id="My Event"), "events", "event_id", "not of the right form", "must match"),
    "bad truth value": (event(disputed="maybe"), "events", "disputed", "neither true", "Write true or false"),
    "bad number": (event(pax_id="12a"), "events", "pax_id", "not a number", "digits only"),
    "half a place": (event(lat=40), "events", "lat", "one coordinate is missing", "the same coordinates"),
    "wrong phase": (event(phase_id="war"), "events", "phase_id", "does not hold the start", "Correct it"),
    "unknown phase": (event(phase_id="x"), "events", "phase_id", "no such row", "There are: after-kazan"),
    "formula": (event(title="=1+1"), "events", "title", "for a formula", "Begin with a letter"),
    "unseen character": (event(title="a\u202eb"), "events", "title", "cannot be seen", "Delete it"),
    "half a letter": (event(title="\ud83d"), "events", "title", "not UTF-8", "Save"),
    "line break": (event(summary="a\nb"), "events", "summary", "cannot be seen (U+000A)", "Delete it"),
    "stray space": (event(title="a "), "events", "title", "a stray space", "no space at the ends"),
    "no source": ({"events": EVENT}, "events", "event_id", "no source supports this row", "under sources"),
    "misspelt source": ({"events": EVENT, "sources": "osce-basle-2014"}, "citations", "source_id", "no such row",
                        f"Did you mean {KNOWN}?"),
    "half a source": (page(url=""), "sources", "url", "the cell is empty", "Web address"),
    "bad address": (page(url="example.org"), "sources", "url", "not of the right form", "must match"),
    "long quote": (page(quote="a " * 12 + "b"), "citations", "quote", "more than 12 words", "Shorten it"),
    "source of nothing": ({"sources": PAGE}, "sources", "source_id", "no citation names this source", "Use it"),
    "misspelt actor": ({"event_participants": PART}, "event_participants", "actor_id", "no such row", "mean osce?"),
    "actor of nothing": ({"actors": {"actor_id": "zz", "kind": "body", "name": "Z"}, "sources": KNOWN}, "actors",
                         "actor_id", "no other table names this actor", "Use it"),
    "bare contradiction": (lacking(stance="contradicts"), "citations", "value", "a contradiction without", "Say which"),
    "citation of nothing": (lacking(stance="supports"), "citations", "row_id", "a citation of nothing", "Correct"),
}  # fmt: skip
# One of these leads to another.
MORE = {"misspelt actor", "bad id", "bare contradiction", "misspelt source", "unknown phase"}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_with_what_to_do(mistake, book):
    rows, table, column, text, remedy = MISTAKES[mistake]
    found = refusal(book, rows)
    mine = found[(found["file"] == f"{table}.csv") & (found["column"] == column)]
    mine = mine[mine["problem"].str.contains(text, regex=False)]
    assert mine["line"].tolist() == ["new 1"] and remedy in mine["remedy"].item(), found.to_string()
    assert len(found) == 1 or mistake in MORE, found.to_string()


def test_a_row_that_is_there_is_named_on_both_its_lines(book):
    minsk.add(book, {"events": EVENT, "sources": PAGE})
    found = refusal(book, {"events": EVENT})
    assert found["problem"].str.contains("another row has the same event_id").tolist() == [True, True]
    assert found["line"].map(type).tolist() == [int, str]


def test_all_that_is_wrong_is_told_at_once(book):
    bad = {**EVENT, "kind": "x", "start": "1999-13", "titel": "y"}
    part = {"event_id": EVENT["event_id"], "actor_id": "nobody", "role": "guest"}
    rows = {"events": [bad, {**bad, "event_id": "other"}], "event_participants": part, "statments": {}}
    found = refusal(book, rows)
    assert len(found) == 2 * 4 + 2 + 1
    assert set(found["line"]) == {"new 1", "new 2"}


def test_a_domain_rule_names_itself(book):
    dated = "role == 'co_chair' and actor_id != on_behalf_of and start.str.len() == 10 and end.str.len() == 10"
    seat = minsk.load(book.path).roles.query(dated).iloc[0]
    found = refusal(book, {"roles": {**seat, "role_id": "second", "actor_id": "osce"}, "sources": KNOWN})
    assert found["problem"].str.contains("two holders of one seat").any()
    assert found["remedy"].str.contains(r"\[rule one-holder\]").any()


def test_files_that_are_not_in_order_are_not_added_to(book):
    (book.path / "deaths.csv").write_text("", "utf-8")
    found = refusal(book, {"events": EVENT, "sources": PAGE})
    assert found["file"].unique().tolist() == ["deaths.csv"]


# ---------------------------------------------------------------- from a shell


def shell(capsys, *command):
    """What a command prints; a traceback would come as an exception."""
    code = main([str(part) for part in command])
    said = capsys.readouterr()
    assert said.err == ""
    return code, said.out


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "rows.toml"
    file.write_text(TOML, "utf-8")
    return file


def toml(row):
    return "\n".join(f"{k} = {v!r}" if isinstance(v, str) else f"{k} = {v}".lower() for k, v in row.items())


TOML = f"[[events]]\n{toml(EVENT)}\n[[sources]]\n{toml(PAGE)}\n"


def test_a_file_of_rows_is_added_and_the_change_printed(book, file, capsys):
    command = [sys.executable, "-m", "minsk", "add", file, book.path]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0 and run.stderr == ""
    assert "+events,1999-12-31-invented,,invented-page,,supports,,," in run.stdout
    assert EVENT["event_id"] in set(minsk.load(book.path).events["event_id"])
    code, said = shell(capsys, "add", file, book.path)
    assert code == 1 and said.startswith("Nothing was added:\n") and "another row has the same event_id" in said


@pytest.mark.parametrize("text, expected", [
    (None, "No such file"), ("[[events]\n", "line 1"), (b"\xff\xfe", "utf-8"), ("start = 1", "no such table"),
    (TOML.replace("'meeting'", "'meting'"), "events.csv, line new 1, column kind, value 'meting': not one of"),
], ids=["no file", "no TOML", "not UTF-8", "no table", "a mistake"])  # fmt: skip
def test_a_file_that_cannot_be_added_is_explained(text, expected, book, file, capsys):
    before = content(book.path)
    file.unlink()
    if text is not None:
        file.write_bytes(text.encode() if isinstance(text, str) else text)
    code, said = shell(capsys, "add", file, book.path)
    assert code == 1 and expected in said
    assert content(book.path) == before


# ---------------------------------------------------------------- crashes


ROWS = {"events": EVENT, "sources": PAGE, "event_participants": {
    "event_id": EVENT["event_id"], "actor_id": "osce", "role": "participant"}}  # fmt: skip
TOUCHED = {"events.csv", "sources.csv", "citations.csv", "event_participants.csv"}
STEPS = ["mkdir", "open", "write", "fsync", "chmod", "replace", "rename", "rmdir", "unlink"]


class Crash(BaseException):
    """Stands for the death of the process: nothing after it is done."""


class Points:
    """Counts the steps that touch files and stops at the n-th, before or after it is done."""

    def __init__(self, monkeypatch, stop, error, after=False):
        self.n, self.stop, self.error, self.after = 0, stop, error, after
        for name in STEPS:
            monkeypatch.setattr(os, name, self.counted(getattr(os, name)))
        monkeypatch.setattr(os, "fdopen", self.slow(os.fdopen))

    def counted(self, step):
        def stepped(*args, **named):
            self.n += 1
            if self.n == self.stop and not self.after:
                raise self.error
            done = step(*args, **named)
            if self.n == self.stop:
                raise self.error
            if self.n > self.stop and isinstance(self.error, Crash):
                raise self.error  # the dead do nothing more
            return done

        return stepped

    def slow(self, fdopen):
        def opened(*args, **named):
            out = fdopen(*args, **named)
            write = out.write

            def half(text):
                write(text[: len(text) // 2])
                out.flush()
                self.counted(lambda: None)()
                return write(text[len(text) // 2 :])

            return Half(out, half)

        return opened


class Half:
    """A file that is written in two goes."""

    def __init__(self, out, write):
        self.out, self.write = out, write

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.out.close()

    def __getattr__(self, name):
        return getattr(self.out, name)


@pytest.fixture(scope="module")
def outcomes(whole, tmp_path_factory):
    """The files before and after the addition."""
    folder = shutil.copytree(whole, tmp_path_factory.mktemp("after") / "data")
    minsk.add(SimpleNamespace(path=folder), ROWS)
    assert minsk.problems(whole).empty and minsk.problems(folder).empty
    return content(whole), content(folder)


def assert_whole(folder, outcomes):
    """Each file is old or new; all are, or the check says that the addition was cut short and format completes it."""
    old, new = outcomes
    now = {k: v for k, v in content(folder).items() if not k.startswith(".")}
    assert now.keys() == old.keys()
    assert all(now[k] in (old[k], new[k]) for k in now)
    if (folder / tables.UNFINISHED).exists():
        assert "cut short" in minsk.problems(folder)["problem"].iloc[0]
        with pytest.raises(minsk.DataError, match="python -m minsk format"):
            minsk.add(SimpleNamespace(path=folder), ROWS)
        tables.finish(folder)
        now = {k: v for k, v in content(folder).items() if not k.startswith(".")}
        assert now == new
    assert now in (old, new)
    return now == new


@pytest.mark.parametrize("error, after", [(Crash(), False), (Crash(), True), (OSError(28, "disk full"), False)],
                         ids=["killed before a step", "killed after it", "disk full"])  # fmt: skip
def test_wherever_it_stops_every_file_is_whole(error, after, whole, outcomes, tmp_path):
    stops, ends = 0, []
    read = minsk.adding._examine(whole)  # once is enough: the same each time, and checking writes nothing
    while True:
        folder = shutil.copytree(whole, tmp_path / f"data{stops}")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("minsk.adding._examine", lambda path: read)
            patch.setattr("minsk.adding._check_all", lambda frames, package: [])
            points = Points(patch, stops + 1, error, after)
            try:
                minsk.add(SimpleNamespace(path=folder), ROWS)
            except BaseException as raised:
                assert raised is error
        if points.n <= stops:
            break  # it got through
        stops += 1
        ends.append(assert_whole(folder, outcomes))
        if isinstance(error, OSError) and not ends[-1]:
            assert not [f.name for f in folder.iterdir() if f.name.startswith(".")], "drafts were left behind"
    assert stops > 4 * len(TOUCHED)
    assert ends == sorted(ends) and set(ends) == {False, True}  # there is one point before which nothing happens


def test_a_process_that_is_killed_leaves_every_file_whole(whole, outcomes, tmp_path):
    """The same with a real process and a signal that cannot be caught."""
    code = """if True:
        import os, signal, sys, types
        from pathlib import Path
        import minsk
        sys.path.insert(0, sys.argv[3])
        from test_adding import ROWS
        left = [int(sys.argv[2])]
        def deadly(step):
            def stepped(*args, **named):
                left[0] -= 1
                if left[0] == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                return step(*args, **named)
            return stepped
        for name in ("fsync", "replace", "rename", "rmdir"):
            setattr(os, name, deadly(getattr(os, name)))
        minsk.add(types.SimpleNamespace(path=Path(sys.argv[1])), ROWS)
    """
    ends = []
    for stop in (9, 10, 14):
        folder = shutil.copytree(whole, tmp_path / f"data{stop}")
        run = subprocess.run([sys.executable, "-c", code, folder, str(stop), os.path.dirname(__file__)])
        assert run.returncode == -signal.SIGKILL
        ends.append(assert_whole(folder, outcomes))
    assert ends == [False, True, True]


def test_format_finishes_what_was_cut_short(book, capsys, outcomes):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "finish", lambda folder: None)
        minsk.add(book, ROWS)
    code, said = shell(capsys, "check", book.path)
    assert code == 1 and "cut short" in said
    code, said = shell(capsys, "format", book.path)
    assert code == 0 and "put events.csv in place" in said
    assert content(book.path) == outcomes[1]


def test_a_file_edited_meanwhile_is_not_overwritten(book, monkeypatch):
    def slow(*args):
        (book.path / "deaths.csv").write_bytes((book.path / "deaths.csv").read_bytes() + b"2024,1,2,3,0,2\n")
        return minsk.tables.replace_all(*args)

    monkeypatch.setattr("minsk.adding.replace_all", slow)
    deaths = {"year": 2025, "low": 0, "best": 0, "high": 0, "best_in_armenia": 0, "best_in_azerbaijan": 0}
    with pytest.raises(minsk.DataError, match="changed meanwhile"):
        minsk.add(book, {"deaths": deaths, "sources": KNOWN})
    assert (book.path / "deaths.csv").read_bytes().endswith(b"2024,1,2,3,0,2\n")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_left_alone(book, file, capsys):
    before = content(book.path)
    book.path.chmod(0o555)
    try:
        code, said = shell(capsys, "add", file, book.path)
    finally:
        book.path.chmod(0o755)
    assert code == 1 and "Permission denied" in said
    assert content(book.path) == before
