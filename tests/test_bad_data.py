"""Each file in bad_data/ spoils a copy of the data in one way and says what must be reported."""

import csv
import io
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import minsk
import pytest

CASES = sorted((Path(__file__).parent / "bad_data").glob("*.toml"))


class Spoiled:
    """A copy of the data and the ways to spoil it; `line` is where the last change was made."""

    def __init__(self, folder: Path):
        self.folder, self.line = folder, None

    def read(self, table):
        return list(csv.reader(io.StringIO((self.folder / f"{table}.csv").read_text("utf-8"), newline="")))

    def save(self, table, rows):
        buffer = io.StringIO()
        csv.writer(buffer, lineterminator="\n").writerows(rows)
        (self.folder / f"{table}.csv").write_text(buffer.getvalue(), "utf-8", newline="")

    def apply(self, table, action, **how):
        file = self.folder / (f"{table}.json" if table == "datapackage" else f"{table}.csv")
        if action in ("delete", "empty", "cut", "bom", "crlf", "semicolons", "encoding", "link", "replace"):
            return self.spoil_bytes(file, action, **how)
        rows = self.read(table)
        getattr(self, action)(table, rows, **how)
        self.save(table, rows)

    def spoil_bytes(self, file, action, bytes=0, name="", old="", new=""):
        raw = file.read_bytes()
        file.unlink()
        if action == "link":
            file.symlink_to(file.parents[1] / "elsewhere.csv")
            file = file.parents[1] / "elsewhere.csv"
        if action == "replace":
            assert raw.count(old.encode()) == 1
        changed = {
            "empty": lambda: b"",
            "cut": lambda: raw[:-bytes],
            "bom": lambda: b"\xef\xbb\xbf" + raw,
            "crlf": lambda: raw.replace(b"\n", b"\r\n"),
            "semicolons": lambda: raw.replace(b",", b";"),
            "encoding": lambda: raw.decode().encode(name, errors="replace"),
            "link": lambda: raw,
            "replace": lambda: raw.replace(old.encode(), new.encode()),
        }
        if action != "delete":
            file.write_bytes(changed[action]())

    def find(self, rows, match):
        head = rows[0]
        return next(i for i, r in enumerate(rows[1:], 1) if all(r[head.index(k)] == v for k, v in match.items()))

    def set(self, table, rows, cells, find=None, repeat=1):
        at = self.find(rows, find or {})
        self.line = at + 1
        for column, value in cells.items():
            if value == "__OTHER__":
                value = self.read("roles")[1][0]
            rows[at][rows[0].index(column)] = value.replace("__BREAK__", "\n") * repeat

    def append(self, table, rows, cells, like=None):
        rows.append([""] * len(rows[0]) if like is None else list(rows[self.find(rows, like)]))
        for column, value in cells.items():
            rows[-1][rows[0].index(column)] = value
        self.line = len(rows)

    def set_one_vantage(self, table, rows):
        """Take all citations but one from an event that is disputed, and its note."""
        at = self.find(rows, {"disputed": "true"})
        self.line, event = at + 1, rows[at][0]
        rows[at][rows[0].index("note")] = ""
        citations = self.read("citations")
        mine = [r for r in citations if r[:2] == ["events", event]]
        self.save("citations", [r for r in citations if r not in mine[1:]])

    def drop_rows(self, table, rows, match):
        rows[1:] = [r for r in rows[1:] if not all(r[rows[0].index(k)] == v for k, v in match.items())]

    def drop_last_row(self, table, rows):
        del rows[-1]

    def header_only(self, table, rows):
        del rows[1:]

    def reverse(self, table, rows):
        rows[1:] = rows[:0:-1]

    def drop_column(self, table, rows, column):
        at = rows[0].index(column)
        for r in rows:
            del r[at]

    def add_column(self, table, rows, column):
        for i, r in enumerate(rows):
            r.append(column if i == 0 else "1")

    def swap_columns(self, table, rows):
        for r in rows:
            r[0], r[1] = r[1], r[0]


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.stem)
def test_bad_data_is_named_with_file_line_column_value_and_remedy(case, data):
    spec = tomllib.loads(case.read_text("utf-8"))
    spoiled = Spoiled(data)
    for edit in spec["edit"]:
        table = edit.pop("table")
        spoiled.apply(table, edit.pop("action"), **edit)
    before = {f.name: f.read_bytes() for f in data.iterdir() if f.is_file()}
    expect = spec["expect"]
    if spoiled.line and expect["file"] == f"{table}.csv" and not expect.pop("anywhere", False):
        expect.setdefault("line", spoiled.line)
    found = minsk.problems(data)

    def fits(row):
        return all(row[k] == v if k in ("file", "line", "column", "value") else v in row[k] for k, v in expect.items())

    assert any(map(fits, found.to_dict("records"))), f"{expect}\nis not in\n" + found.head(20).to_string()
    with pytest.raises(minsk.DataError) as error:
        minsk.load(data)
    assert expect["problem"] in "\n".join(error.value.problems["problem"])
    assert {f.name: f.read_bytes() for f in data.iterdir() if f.is_file()} == before, "checking wrote something"


def test_every_rule_has_a_case():
    """Each rule that the library names is broken by some case, which names it too."""
    source = Path(minsk.checks.__file__).read_text("utf-8")
    rules = set(re.findall(r'book\.breach,? ?\(?"([a-z-]+)"', source))
    cases = "\n".join(c.read_text("utf-8") for c in CASES)
    assert len(rules) >= 14
    assert {r for r in rules if f"[rule {r}]" not in cases} == set()


@pytest.mark.parametrize("spoil", ["empty", "delete", "semicolons", "crlf", "cut"])
def test_make_check_says_it_without_a_traceback(spoil, data):
    Spoiled(data).spoil_bytes(data / "events.csv", spoil, bytes=40)
    run = subprocess.run([sys.executable, "-m", "minsk", "check", data], capture_output=True, text=True)
    assert run.returncode == 1
    assert "events.csv" in run.stdout and "REMEDY" in run.stdout
    assert run.stderr == ""


def test_all_problems_are_reported_at_once(data):
    spoiled = Spoiled(data)
    spoiled.apply("events", "set", cells={"start": "1992-13-24"})
    spoiled.apply("actors", "set", cells={"kind": "ghost"})
    spoiled.apply("citations", "set", cells={"row_id": "nothing"})
    assert {"events.csv", "actors.csv", "citations.csv"} <= set(minsk.problems(data)["file"])


def test_format_mends_order_quotation_marks_and_line_ends_and_nothing_else(data):
    whole = (data / "deaths.csv").read_bytes()
    spoiled = Spoiled(data)
    for steps in (["reverse"], ["crlf"], ["reverse", "crlf"]):
        for step in steps:
            spoiled.apply("deaths", step)
        assert subprocess.run([sys.executable, "-m", "minsk", "format", data]).returncode == 0
        assert (data / "deaths.csv").read_bytes() == whole
    spoiled.apply("deaths", "cut", bytes=30)
    short = (data / "deaths.csv").read_bytes()
    run = subprocess.run([sys.executable, "-m", "minsk", "format", data], capture_output=True, text=True)
    assert run.returncode == 1 and "Nothing was written" in run.stdout
    assert (data / "deaths.csv").read_bytes() == short
