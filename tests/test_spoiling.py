"""The package spoiled in every way its schema and rules allow: each fault is named, or shown to be harmless.

Every kind of fault is put into every cell, row or file it can be put into; Hypothesis draws the rows and the values. A
part of the package small enough to be checked many times stands for the whole.
"""

import csv
import io
import json
import re
import shutil
import unicodedata
from datetime import date, timedelta
from html.parser import HTMLParser

import minsk
import nbformat
import pandas as pd
import pytest
import tiny
from conftest import ROOT
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from minsk import checks, tables
from minsk.tables import foreign_keys, resources

FRAMES, PACKAGE = tiny.part()
SCHEMAS = dict(resources(PACKAGE))
FIELDS = {(name, f["name"]): f for name, r in SCHEMAS.items() for f in r["schema"]["fields"]}
LIMITS = {key: f.get("constraints", {}) for key, f in FIELDS.items()}
LINKS = {(name, columns[-1]) for name, r in SCHEMAS.items() for columns, *_ in foreign_keys(r)}
# Text that names a table, a row, a column or a rule; the rules follow it.
NAMES = {("citations", "field")}
NAMES |= {(t, c) for t in ("citations", "claim_rows", "exceptions") for c in ("table", "row_id")}
DATES = {key for key, f in FIELDS.items() if f["description"].endswith("EDTF.")}
FREE = {key for key, f in FIELDS.items() if f["type"] == "string" and not {"enum", "pattern"} & set(LIMITS[key])
        and key not in LINKS | NAMES | DATES | {("exceptions", "rule")}}
EXAMPLES = 3
RUN = settings(max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
               suppress_health_check=list(HealthCheck))
MARK = "zqx"  # in each text below, to find it in a page
HARMLESS = [
    f"<script>alert('{MARK}')</script>", f"<img src={MARK} onerror=alert(1)>", f"<iframe src='//{MARK}'></iframe>",
    f"</td></tr></table><svg onload={MARK}>", f"<!-- {MARK}", f"<a href='javascript:{MARK}'>x</a>", f"&lt;{MARK}&gt;",
    f"**{MARK}**", f"[{MARK}](javascript:alert)", f"![{MARK}](http://x/y.png)", f"# {MARK}", f"`{MARK}`",
    f"$\\{MARK}$", f"{{{{ {MARK} }}}}", f"{{raw}}`html {MARK}`", f"</script><script>{MARK}", f"x\\{MARK}",
    f"../../{MARK}", f"file:///etc/{MARK}", f"C:\\{MARK}", f"'; DROP TABLE {MARK};", f"{MARK} \u05d0\u0628",
    f"{MARK} 1992, 'and' \"so on\"", f"<b>{MARK}", f"{MARK} | x | y", f"%{MARK}%", f"~{MARK}~", f"javascript:{MARK}",
    f"{MARK} NULL", f'http://{MARK}" onmouseover="alert(1)', f"http://{MARK}'><script>", f"ftp://{MARK}/x",
]  # fmt: skip


def put(value, at, odd):
    return value[: at % (len(value) + 1)] + odd + value[at % (len(value) + 1) :]


def put_in(odd):
    return lambda key, value: st.builds(put, st.just(value), st.integers(0, 99), odd)


def any_of(*values):
    return lambda key, value: st.sampled_from(values)


def beyond(key, value):
    low, high = (LIMITS[key].get(k) for k in ("minimum", "maximum"))
    return st.sampled_from([*([] if low is None else [low - 1]), *([] if high is None else [high + 1])]).map(str)


def no_link(key, value):
    return st.from_regex(r"[a-z]{9}-zq", fullmatch=True) if value else st.nothing()


# Kind of fault: the columns it fits, and how to draw a spoiled value.
KINDS = {
    "control character": (FIELDS, put_in(st.characters(categories=["Cc"]))),
    "unseen character": (FIELDS, put_in(st.characters(categories=["Cf", "Zl", "Zp", "Co"]))),
    "right-to-left override": (FIELDS, put_in(st.sampled_from("\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u061c"))),
    "odd space": (FIELDS, put_in(st.characters(categories=["Zs"], exclude_characters=" "))),
    "byte that is not UTF-8": (FIELDS, put_in(st.characters(categories=["Cs"]))),
    "stray space": (FIELDS, lambda key, v: st.sampled_from([f" {v}", f"{v} ", f"{v}  {v}"])),
    "decomposed letter": (FIELDS, put_in(st.sampled_from("éüçŞİ").map(lambda c: unicodedata.normalize("NFD", c)))),
    "very long text": (FIELDS, lambda key, v: st.integers(2001, 200_000).map(lambda n: "x" * n)),
    "missing": ({k for k in FIELDS if LIMITS[k].get("required")}, any_of("")),
    "wrong type": ({k for k in FIELDS if FIELDS[k]["type"] != "string"},
                   any_of("many", "1,5", "1e3", "0x1F", "٣", "--1", "TRUE", "nan", "Infinity", "1_000", "007")),
    "out of range": ({k for k in FIELDS if {"minimum", "maximum"} & set(LIMITS[k])}, beyond),
    "not in the list": ({k for k in FIELDS if "enum" in LIMITS[k]},
                        lambda key, v: st.sampled_from(["x", v.upper() + "X", v + "s", v[:-1] + "\u0430"])),
    "bad date": (DATES, any_of("1992-13", "1992-02-30", "24.03.1992", "1992/03/24", "March 1992", "1992-3-4", "0000",
                               "1992-03-24T00:00", "１９９２", "1992-00", "1992..", "~1992", "[1992]", "92")),
    "not of the form": ({k for k in FIELDS if "pattern" in LIMITS[k]} - DATES,
                        any_of("A B", "../x", "/etc/passwd", "x--", "Ünlü", "javascript:alert(1)", "http:// x")),
    "dangling key": (LINKS, no_link),
    "formula": (FIELDS, any_of('=HYPERLINK("http://x","y")', "=1+1", "+1+1", "-2+3", "@SUM(A1)", "- 2+cmd|'/C'!A0",
                               "＝1+1", "text;=1+1", "text; @SUM(A1)", "＠x", "-1;+1")),
    "markup": (set(FIELDS) - FREE - LINKS - NAMES - {("exceptions", "rule")}, any_of(*HARMLESS)),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_spoiled_cell_is_named_with_its_place_and_a_remedy(kind):
    columns, draw_value = KINDS[kind]
    done = []

    @RUN
    @given(st.data())
    def spoil(data):
        frames, faults = {name: frame.copy() for name, frame in FRAMES.items()}, {}
        for table, column in sorted(columns):
            frame = frames[table]
            rows = frame.index[frame[column] != ""] if kind == "dangling key" else frame.index
            if rows.empty:
                continue
            line = data.draw(st.sampled_from(list(rows)))
            value = data.draw(draw_value((table, column), frame.at[line, column]))
            frame.at[line, column] = value
            faults[f"{table}.csv", line, column] = tables.problem("", value=value)["value"]
        found = checks._check_all(frames, PACKAGE)
        named = {}
        for p in found:
            assert p["problem"] and p["remedy"]
            named.setdefault((p["file"], p["line"], p["column"]), []).append(p["value"])
        for place, value in faults.items():
            assert any(value[:70] in v for v in named.get(place, [])), (kind, place, value, named.get(place))
        done.append(len(faults))

    spoil()
    assert len(done) == EXAMPLES and min(done) > 0


def test_these_are_thousands_of_spoilings():
    assert EXAMPLES * sum(len(columns) for columns, _ in KINDS.values()) > 4000
    assert FREE and set(FIELDS) - FREE


def test_check_names_a_cell_that_lacks_only_a_companion():
    """An empty optional cell is never a crash: it is harmless, or a rule says what goes with it."""
    for table, column in sorted(k for k in FIELDS if not LIMITS[k].get("required")):
        frame = FRAMES[table].assign(**{column: ""})
        for p in checks._check_all({**FRAMES, table: frame}, PACKAGE):
            assert p["file"] and p["line"] and p["column"] and p["problem"] and p["remedy"]


# ---------------------------------------------------------------- rows and the rules of the subject


def a_row(data, frames, table, **like):
    frame = frames[table]
    for column, value in like.items():
        frame = frame[frame[column].map(value) if callable(value) else frame[column] == value]
    return data.draw(st.sampled_from(list(frame.index)))


def change(frames, table, line, /, **cells):
    frames[table] = frames[table].copy()
    for column, value in cells.items():
        frames[table].at[line, column] = value
    return f"{table}.csv", line


def drop(frames, table, mask):
    frames[table] = frames[table][~mask]


def with_columns(*names):
    return sorted(t for t in SCHEMAS if {(t, n) for n in names} <= set(FIELDS))


def twice(data, frames):
    table = data.draw(st.sampled_from(sorted(frames)))
    row = frames[table].loc[[a_row(data, frames, table)]]
    frames[table] = pd.concat([frames[table], row.set_axis([9999])])
    return f"{table}.csv", 9999, "another row has the same"


def end_before_start(data, frames):
    table = data.draw(st.sampled_from(with_columns("start", "end")))
    day = data.draw(st.dates(date(1992, 4, 1), date(2020, 1, 1)))
    before = data.draw(st.sampled_from([str(day - timedelta(days=1)), "1992-03", "1991"]))
    return *change(frames, table, a_row(data, frames, table), start=str(day), end=before), "the end is before the start"


WHEN = ("start", "end", "date")


def after_as_of(data, frames):
    table = data.draw(st.sampled_from(sorted(t for t, c in DATES if c in WHEN and t != "sources")))
    column = data.draw(st.sampled_from([c for c in WHEN if (table, c) in FIELDS]))
    late = data.draw(st.sampled_from(["2025-12-02", "2026", "2026-01~", "2999-12-31"]))
    return *change(frames, table, a_row(data, frames, table), **{column: late}), "later than the data's as-of date"


def two_holders(data, frames):
    roles = frames["roles"]
    held = roles[roles["role"].isin(PACKAGE["minsk:seats"]) & (roles["actor_id"] != roles["on_behalf_of"])
                 & roles["start"].str.fullmatch(r"\d{4}-\d\d-\d\d") & roles["end"].str.fullmatch(r"\d{4}-\d\d-\d\d")]
    row = roles.loc[[data.draw(st.sampled_from(list(held.index)))]].assign(role_id="second-holder", actor_id="osce")
    first, last = (date.fromisoformat(row[c].iloc[0]) for c in ("start", "end"))
    inside = data.draw(st.dates(first, last - timedelta(days=1)))
    late = data.draw(st.sampled_from(["..", "2025-11-30"]))
    frames["roles"] = pd.concat([roles, row.assign(start=str(inside), end=late).set_axis([9999])])
    return "roles.csv", None, "two holders of one seat"


def empty_seat(data, frames):
    body, role, state = data.draw(st.sampled_from(PACKAGE["minsk:continuous"]["seats"]))
    roles = frames["roles"]
    mine = (roles["body_id"] == body) & (roles["role"] == role) & (roles["on_behalf_of"] == state)
    at_once = data.draw(st.sampled_from(["", "2005-01-01"]))
    frames["roles"] = roles.assign(start=roles["start"].where(~mine, at_once))
    return "roles.csv", None, "no holder of the co-chair seat"


def out_of_office(data, frames):
    line = a_row(data, frames, "event_participants")
    person = data.draw(st.sampled_from(sorted(frames["actors"].query("kind == 'person'")["actor_id"])))
    return *change(frames, "event_participants", line, actor_id=person, on_behalf_of="un"), "no office for un"


def person_for_nobody(data, frames):
    line = a_row(data, frames, "event_participants")
    person = data.draw(st.sampled_from(sorted(frames["actors"].query("kind == 'person'")["actor_id"])))
    return *change(frames, "event_participants", line, actor_id=person, on_behalf_of=""), "a person without a state"


def office_of_another(data, frames):
    excused = set(frames["exceptions"]["row_id"].str.split("/").str[1])
    line = a_row(data, frames, "statement_signatories", actor_id=lambda a: a not in excused)
    who = frames["statement_signatories"].at[line, "actor_id"]
    role = a_row(data, frames, "roles", actor_id=lambda a: a != who)
    office = frames["roles"].at[role, "role_id"]
    return *change(frames, "statement_signatories", line, role_id=office), "not this signatory's office"


def other_phase(data, frames):
    line = a_row(data, frames, "events", start=lambda s: s < "2000")
    return *change(frames, "events", line, phase_id="closing"), "the phase does not hold the start"


def gap_between_phases(data, frames):
    line = a_row(data, frames, "phases", phase_id=lambda p: p != "prelude")
    day = date.fromisoformat(frames["phases"].at[line, "start"]) + timedelta(days=data.draw(st.integers(1, 99)))
    return *change(frames, "phases", line, start=str(day)), "not the day after the phase before ends"


def half_a_place(data, frames):
    line = a_row(data, frames, "events", lat=bool)
    column = data.draw(st.sampled_from(["lat", "lon"]))
    return *change(frames, "events", line, **{column: ""}), "one coordinate is missing"


def estimates_out_of_order(data, frames):
    line = a_row(data, frames, "deaths")
    high = int(frames["deaths"].at[line, "high"])
    return *change(frames, "deaths", line, best=str(high + 1)), "not between the low and the high estimate"


def place_elsewhere(data, frames):
    line = a_row(data, frames, "events", lat=bool)
    other = a_row(data, frames, "events", event_id=lambda e: e != frames["events"].at[line, "event_id"])
    spot = {c: frames["events"].at[line, c] for c in ("place", "lon")}
    change(frames, "events", other, **spot, lat=str(data.draw(st.integers(-80, -1))))
    return "events.csv", None, "other rows put"


def one_vantage(data, frames):
    line = a_row(data, frames, "events", disputed="true")
    event = frames["events"].at[line, "event_id"]
    mine = (frames["citations"]["table"] == "events") & (frames["citations"]["row_id"] == event)
    drop(frames, "citations", mine & (mine.cumsum() > 1))
    return *change(frames, "events", line, note=""), "a disputed event seen from one vantage"


def uncited(data, frames):
    table = data.draw(st.sampled_from(sorted(t for t, r in SCHEMAS.items() if r.get("minsk:cited") == "row")))
    line = a_row(data, frames, table)
    row_id = tables.row_ids(frames[table], SCHEMAS[table])[line]
    drop(frames, "citations", (frames["citations"]["table"] == table) & (frames["citations"]["row_id"] == row_id))
    return f"{table}.csv", line, "no source supports this row"


def orphan_source(data, frames):
    line = a_row(data, frames, "citations")
    source = frames["citations"].at[line, "source_id"]
    drop(frames, "claims", frames["claims"]["document_id"] == source)
    drop(frames, "citations", frames["citations"]["source_id"] == source)
    return "sources.csv", None, "no citation names this source"


def orphan_actor(data, frames):
    name = data.draw(st.from_regex(r"[a-z]{4}-zq", fullmatch=True))
    row = frames["actors"].iloc[[0]].assign(actor_id=name, parent_id="").set_axis([9999])
    frames["actors"] = pd.concat([frames["actors"], row])
    return "actors.csv", 9999, "no other table names this actor"


def long_quotation(data, frames):
    table = data.draw(st.sampled_from(with_columns("quote")))
    words = " ".join(["word"] * data.draw(st.integers(13, 60)))
    return *change(frames, table, a_row(data, frames, table), quote=words), "a quotation of more than 12 words"


def bare_contradiction(data, frames):
    lacking = data.draw(st.sampled_from(["field", "value", "note"]))
    cells = {"stance": "contradicts", "field": "note", "value": "x", "note": "y", lacking: ""}
    return *change(frames, "citations", a_row(data, frames, "citations"), **cells), "a contradiction without"


def cell_missing(data, frames):
    drop(frames, "proposal_elements", frames["proposal_elements"].index == a_row(data, frames, "proposal_elements"))
    return "proposals.csv", None, "no cell for this element"


def read_too_little(data, frames):
    line = a_row(data, frames, "proposal_elements")
    mine = frames["proposals"]["proposal_id"] == frames["proposal_elements"].at[line, "proposal_id"]
    frames["proposals"] = frames["proposals"].assign(read=frames["proposals"]["read"].where(~mine, "part"))
    return *change(frames, "proposal_elements", line, value="not_mentioned"), "the text was not read whole"


def claim_and_quote(data, frames):
    line = a_row(data, frames, "claims")
    kind, quote = data.draw(st.sampled_from([("omission", "some words"), ("date", "")]))
    return *change(frames, "claims", line, claim_type=kind, quote=quote), "a claim needs its words"


def citation_of_nothing(data, frames):
    table, column = data.draw(st.sampled_from(sorted(NAMES)))
    line = a_row(data, frames, table)
    name = data.draw(st.from_regex(r"[a-z]{9}-zq", fullmatch=True))
    return *change(frames, table, line, **{column: name}), ""


def idle_exception(data, frames):
    line = a_row(data, frames, "exceptions")
    column = data.draw(st.sampled_from(["rule", "table", "row_id"]))
    return *change(frames, "exceptions", line, **{column: "nothing"}), "the exception excuses nothing"


BREACHES = [twice, end_before_start, after_as_of, two_holders, empty_seat, out_of_office, person_for_nobody,
            office_of_another, other_phase, gap_between_phases, half_a_place, place_elsewhere,
            estimates_out_of_order, one_vantage, uncited,
            orphan_source, orphan_actor, long_quotation, bare_contradiction, cell_missing, read_too_little,
            claim_and_quote, citation_of_nothing, idle_exception]  # fmt: skip


@pytest.mark.parametrize("breach", BREACHES, ids=lambda b: b.__name__)
def test_a_breach_of_a_rule_is_named_with_its_row(breach):
    @settings(RUN, max_examples=6)
    @given(st.data())
    def spoil(data):
        frames = dict(FRAMES)
        file, line, text = breach(data, frames)
        found = checks._check_all(frames, PACKAGE)
        mine = [p for p in found if p["file"] == file and line in (None, p["line"]) and text in p["problem"]]
        assert mine, (file, line, text, found[:5])
        assert all(p["line"] and p["column"] and p["remedy"] for p in found)

    spoil()


# ---------------------------------------------------------------- files


def rewrite(raw, change_rows):
    rows = list(csv.reader(io.StringIO(raw.decode(), newline="")))
    change_rows(rows)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def lines(change_lines):
    def spoil(raw, n):
        text = raw.decode().split("\n")
        change_lines(text, 1 + n % (len(text) - 2))
        return "\n".join(text).encode()

    return spoil


def columns(change_row):
    return lambda raw, n: rewrite(raw, lambda rows: [change_row(row, n % len(row)) for row in rows])


FILES = {
    "byte order mark": lambda raw, n: b"\xef\xbb\xbf" + raw,
    "CRLF": lambda raw, n: raw.replace(b"\n", b"\r\n"),
    "CR": lambda raw, n: raw.replace(b"\n", b"\r"),
    "one CRLF": lines(lambda text, n: text.__setitem__(n, text[n] + "\r")),
    "semicolons": lambda raw, n: raw.replace(b",", b";"),
    "tabs": lambda raw, n: raw.replace(b",", b"\t"),
    "bars": lambda raw, n: raw.replace(b",", b"|"),
    "UTF-16": lambda raw, n: raw.decode().encode("utf-16"),
    "Windows 1252": lambda raw, n: raw + "é\n".encode("cp1252"),
    "empty": lambda raw, n: b"",
    "blank": lambda raw, n: b"\n" * (n % 9),
    "zeros": lambda raw, n: b"\0" * (n + 1),
    "cut": lambda raw, n: raw[: -1 - n % (len(raw) - 2)].rstrip(b"\n"),  # not at the end of a line: that drops rows
    "no last line break": lambda raw, n: raw[:-1],
    "blank line": lines(lambda text, n: text.insert(n, "")),
    "cell too many": lines(lambda text, n: text.__setitem__(n, text[n] + ",x")),
    "cell too few": lambda raw, n: rewrite(raw, lambda rows: rows[1 + n % (len(rows) - 1)].pop()),
    "unclosed quotation mark": lines(lambda text, n: text.__setitem__(n, '"' + text[n])),
    "needless quotation marks": lines(lambda text, n: text.__setitem__(n, re.sub('^([^,"]*),', r'"\1",', text[n]))),
    "rows repeated": lines(lambda text, n: text.insert(n, text[n])),
    "column missing": columns(lambda row, n: row.pop(n)),
    "column too many": columns(lambda row, n: row.insert(n, "x")),
    "columns moved": columns(lambda row, n: row.append(row.pop(0))),
    "header in capitals": lambda raw, n: raw.replace(raw.split(b"\n")[0], raw.split(b"\n")[0].upper(), 1),
    "header missing": lambda raw, n: raw.split(b"\n", 1)[1],
    "cell beyond the limit of CSV readers": lines(lambda text, n: text.__setitem__(n, "x" * 140_000 + text[n])),
    "a path": lines(lambda text, n: text.__setitem__(n, "../../etc/passwd," + text[n].split(",", 1)[1])),
}  # fmt: skip
PLACES = ["deleted", "a folder", "a link out", "a link to nothing", "a link in a circle", "a link to a device"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    shutil.copy(tables.DATA / "datapackage.json", folder)
    for name, frame in FRAMES.items():
        tables.write(frame, SCHEMAS[name], folder)
    assert minsk.problems(folder).empty
    return folder


@pytest.fixture
def spoiled(whole, tmp_path):
    return shutil.copytree(whole, tmp_path / "data")


def content(folder):
    return {f.name: f.read_bytes() for f in folder.iterdir() if f.is_file()}


def assert_each_is_named(folder, names):
    before = content(folder)
    found = minsk.problems(folder)
    assert set(found["file"]) >= {f"{name}.csv" for name in names}
    assert (found[["file", "line", "column", "problem", "remedy"]] != "").all(axis=None), found
    with pytest.raises(minsk.DataError):
        minsk.load(folder)
    assert content(folder) == before, "checking wrote something"


@pytest.mark.parametrize("kind", FILES)
def test_a_spoiled_file_is_named(kind, whole, spoiled):
    original = content(whole)

    @RUN
    @given(st.lists(st.integers(0, 10_000), min_size=len(FRAMES), max_size=len(FRAMES)))
    def spoil(numbers):
        names = []
        for n, name in zip(numbers, FRAMES, strict=True):
            raw = FILES[kind](original[f"{name}.csv"], n)
            if raw != original[f"{name}.csv"]:
                (spoiled / f"{name}.csv").write_bytes(raw)
                names.append(name)
        assert len(names) > len(FRAMES) - 3
        assert_each_is_named(spoiled, names)

    spoil()


@pytest.mark.parametrize("place", PLACES)
def test_a_file_that_is_not_where_it_should_be_is_named(place, spoiled, tmp_path):
    for name in FRAMES:
        file = spoiled / f"{name}.csv"
        shutil.move(file, tmp_path / file.name)
        if place == "a folder":
            file.mkdir()
        elif place != "deleted":
            target = {"a link out": tmp_path / file.name, "a link to nothing": "nothing.csv",
                      "a link in a circle": file, "a link to a device": "/dev/zero"}[place]  # fmt: skip
            file.symlink_to(target)
    assert_each_is_named(spoiled, FRAMES)


@pytest.mark.parametrize("path", ["../events.csv", "/etc/passwd", "a/events.csv", "file:///etc/passwd", "https://x/y.csv",
                                  "..", "", "C:\\x.csv", "EVENTS.CSV", "events.csv\n"])  # fmt: skip
def test_a_descriptor_that_leads_elsewhere_is_refused(path, spoiled):
    text = (spoiled / "datapackage.json").read_text("utf-8")
    (spoiled / "datapackage.json").write_text(text.replace('"events.csv"', json.dumps(path)), "utf-8")
    found = minsk.problems(spoiled)
    assert found["file"].tolist() == ["datapackage.json"]
    assert found["remedy"].iloc[0]


# ---------------------------------------------------------------- what is harmless


def text_in(key, n):
    """One of the harmless texts, another one in each cell, short enough and unlike the rest of its column."""
    return f"{HARMLESS[(n + sum(map(ord, ''.join(key)))) % len(HARMLESS)]} {n}"


@pytest.fixture(scope="module")
def marked(whole, tmp_path_factory):
    """The package with markup, paths and other odd text wherever a text may stand."""
    folder = shutil.copytree(whole, tmp_path_factory.mktemp("marked") / "data")
    for name, frame in FRAMES.items():
        free = [c for c in frame if (name, c) in FREE and c not in ("origin", "place")]
        filled = {c: [text_in((name, c), n) if v else "" for n, v in enumerate(frame[c])] for c in free}
        tables.write(frame.assign(**filled), SCHEMAS[name], folder)
    return folder


class Elements(HTMLParser):
    """Elements whose attributes hold the mark, and the text of the page."""

    def __init__(self, page):
        super().__init__()
        self.marked, self.text, self.within = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.within.append(tag)
        given = {k: v or "" for k, v in attributes}
        if MARK in tag or any(MARK in k + v for k, v in given.items()):
            self.marked.append((tag, given))
        assert not given.get("href", "").strip().lower().startswith(("javascript:", "data:", "vbscript:", "file:"))

    def handle_data(self, data):
        if self.within and self.within[-1] in ("script", "style"):
            assert MARK not in data, "a text of the data became a script"
        self.text.append(data)

    def handle_endtag(self, tag):
        if tag in self.within:
            while self.within.pop() != tag:
                pass

    def handle_comment(self, data):
        assert MARK not in data, "a text of the data became a comment"


def test_odd_text_passes_the_check_and_is_read_as_it_is(marked):
    wb = minsk.load(marked)
    assert wb.events["title"].str.contains(MARK).all()
    assert sum(frame.map(lambda v: MARK in str(v)).to_numpy().sum() for frame in wb.tables.values()) > 500


def test_a_table_in_a_notebook_shows_odd_text_as_text(marked):
    wb = minsk.load(marked)
    for name, frame in wb.tables.items():
        page = Elements(minsk.table(frame, f"{name} {HARMLESS[0]}")._repr_html_())
        assert page.marked == []
        shown = set(page.text)
        for column in frame.columns.intersection([c for t, c in FREE if t == name]):
            assert set(frame[column]) - {""} <= shown, (name, column)


@pytest.mark.filterwarnings("ignore")
def test_the_site_shows_odd_text_as_text(marked, tmp_path, monkeypatch):
    """Every page, built from the marked package and from a notebook that shows all the odd texts."""
    monkeypatch.syspath_prepend(ROOT / "notebooks" / "site")
    import build

    for name in ("README.md", "ERRATA.md", "CHANGELOG.md"):
        shutil.copy(tables.DATA / name, marked)
    monkeypatch.setattr(build, "DATA", marked)
    wb = minsk.load(marked)
    table = minsk.table(wb.events, HARMLESS[1])._repr_html_()
    said = "\n\n".join(minsk.say("Said: {x}.", x=text)._repr_markdown_() for text in HARMLESS)
    outputs = [nbformat.v4.new_output("display_data", data=d) for d in ({"text/html": table}, {"text/markdown": said})]
    cells = [nbformat.v4.new_markdown_cell("# Odd\n\nText.\n\n**What this notebook asks.** What?"),
             nbformat.v4.new_code_cell("1", outputs=outputs)]  # fmt: skip
    (tmp_path / "from").mkdir()
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "from" / "odd.ipynb")
    assert build.main(tmp_path / "from", tmp_path / "site") == 0
    text = {}
    for file in sorted((tmp_path / "site").glob("*.html")):
        page = Elements(file.read_text("utf-8"))
        text[file.stem] = "".join(page.text).translate(str.maketrans("‘’“”", "''\"\""))  # Sphinx bends them in prose
        # Rows are linked to by their keys, which hold text here and there; nothing else may hold it.
        assert {tag for tag, _ in page.marked} <= {"a", "tr", "li"}, file.name
        assert {k for _, given in page.marked for k, v in given.items() if MARK in k + v} <= {"id", "href"}, file.name
    for name in ("events", "sources", "claims"):
        for value in wb.tables[name]["title" if name != "claims" else "claim"]:
            assert value in text[f"data_{name}"], value
    for value in HARMLESS:
        assert f"Said: {value}." in text["odd"].replace("–", "--"), value
