"""Reading, writing and typing the tables of the data package (``data/datapackage.json``)."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, compress
from operator import itemgetter
from pathlib import Path

import numpy as np
import pandas as pd

DATA = Path(__file__).resolve().parents[2] / "data"
MISPLACED = "the row is not in its place, or has needless quotation marks"
UNFINISHED = ".adding"  # a folder of new files, there while `replace_all` puts them in place
COLUMNS = ["file", "line", "column", "value", "problem", "remedy"]
# Text stays Python's own strings, also in what pandas makes of these tables, whether pyarrow is installed or not: rows
# are read one by one here more than by column.
pd.options.mode.string_storage = "python"
_DTYPES = {"integer": "Int64", "number": "Float64", "boolean": "boolean"}


def problem(file, line="", column="", value="", text="", remedy="") -> dict:
    """One row of the problem table; the value cut so that a message stays a line, what cannot be seen spelt out."""
    value = str(value)
    cells = (file, line, column, value if len(value) <= 80 else value[:77] + "...", text, remedy)
    spelt = (c.encode("unicode_escape").decode() if isinstance(c, str) and not c.isprintable() else c for c in cells)
    return dict(zip(COLUMNS, spelt, strict=True))


class DataError(ValueError):
    """The data package has problems; `problems` holds them all as a table."""

    def __init__(self, problems: pd.DataFrame):
        self.problems = problems
        head = [describe(row) for row in problems.head(20).to_dict("records")]
        more = len(problems) - len(head)
        tail = [f"... and {more} more; `make check` lists them all."] if more else []
        super().__init__("\n".join([f"{len(problems)} problem(s) in the data:", *head, *tail]))


def describe(row: dict) -> str:
    """A problem as one line of text."""
    where = [row["file"], *(f"{k} {row[k]}" for k in ("line", "column") if row[k] != "")]
    return "{}, value '{value}': {problem}. {remedy}".format(", ".join(where), **row)


@dataclass(frozen=True)
class Workbook:
    """The package as typed tables: ``wb.events``, ``wb.actors`` and so on, each a DataFrame.

    Text that is empty in the file is an empty string; an empty number or truth value is NA.
    """

    tables: dict[str, pd.DataFrame]
    package: dict
    path: Path

    def __getattr__(self, name: str) -> pd.DataFrame:
        if name.startswith("__") or name not in self.tables:
            raise AttributeError(f"no table {name!r}; there are {', '.join(self.__dict__.get('tables', ()))}")
        return self.tables[name]

    def __dir__(self):
        return [*super().__dir__(), *self.tables]

    def __repr__(self):
        return f"Workbook({len(self.tables)} tables, {sum(map(len, self.tables.values()))} rows)"

    @property
    def as_of(self) -> str:
        """The day the data speak for; nothing in them is later."""
        return self.package["minsk:as_of"]


def read_descriptor(path: Path) -> tuple[dict | None, list[dict]]:
    """The descriptor, or None and the problem that prevents reading it."""
    file = path / "datapackage.json"
    hint = "Restore the file from version control."
    try:
        package = json.loads(file.read_text(encoding="utf-8"))
        for resource in package["resources"]:
            if not re.fullmatch(r"[a-z_]+\.csv", resource["path"]):
                text = "a table must be a plain file name inside the data folder"
                return None, [problem(file.name, "", resource["name"], resource["path"], text, hint)]
    except json.JSONDecodeError as error:
        return None, [problem(file.name, error.lineno, "", "", f"not valid JSON: {error.msg}", hint)]
    except (OSError, UnicodeDecodeError, KeyError, TypeError, AttributeError) as error:
        name = type(error).__name__
        return None, [problem(file.name, "", "", "", f"the descriptor cannot be read ({name})", hint)]
    return package, []


def read_text(path: Path, resource: dict) -> tuple[pd.DataFrame | None, list[dict]]:
    """One CSV as text cells.

    Returns
    -------
    frame : DataFrame of str or None
        None when the table has no usable header or rows. A row with too few or too many cells is
        reported and left out.
    problems : list of dict
    """
    name, names = resource["path"], field_names(resource)
    file = path / name
    found: list[dict] = []

    def report(*args):
        found.append(problem(name, *args))

    try:
        if os.path.dirname(os.path.realpath(file)) != os.path.realpath(path):
            report(1, names[0], "", "the file is a link out of the data folder", "Put the file itself there.")
            return None, found
        raw = file.read_bytes()
    except OSError as error:
        report(1, names[0], "", f"the file cannot be read ({error.strerror})", "Restore it from version control.")
        return None, found
    text = raw.decode("utf-8", errors="surrogateescape")
    if not text.strip():
        report(1, names[0], "", "the file is empty", "Restore it from version control.")
        return None, found
    if text.startswith("\ufeff"):
        report(1, names[0], "", "the file begins with a byte order mark", "Save as UTF-8 without BOM.")
        text = text[1:]
    if "\r" in text:
        line = text[: text.index("\r")].count("\n") + 1
        report(line, names[-1], "\\r", "a line ends in CR", "Save with LF line ends, or run `python -m minsk format`.")
        text = text.replace("\r\n", "\n")
    if not text.endswith("\n"):
        last = text.rsplit("\n", 1)[-1]
        report(text.count("\n") + 1, names[-1], last, "the last line is not finished",
               "Check that the file was not cut short, and end it with a line break.")
    rows: list[list[str]] = []
    broken = None
    try:
        rows.extend(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        broken = error
    lines = range(1, len(rows) + 1)
    if broken or text.count("\n") != len(rows):  # in the second case a cell holds a line break
        lines = list(accumulate((1 + "".join(row).count("\n") for row in rows), initial=1))
    if broken:
        report(lines[-1], names[0], text.split("\n")[lines[-1] - 1], f"not readable as CSV ({broken})",
               'Close every quotation mark; write " inside a cell as "".')
    if not rows or rows[0] != names:
        _compare_header(rows[0] if rows else [], names, report)
        return None, found
    fits = [len(row) == len(names) for row in rows]
    for row, line, fit in zip(rows, lines, fits, strict=False):
        if not fit:
            column = names[min(len(row), len(names)) - 1] if row else names[0]
            report(line, column, ",".join(row), f"{len(row)} cells where the header has {len(names)}",
                   "Add or remove commas; put a cell that holds a comma in quotation marks.")
    body, kept = ([*compress(part, fits)][1:] for part in (rows, lines))
    if not body and name != "exceptions.csv":
        report(2, names[0], "", "the table has no rows", "Restore them from version control.")
        return None, found
    cells = np.array([*chain.from_iterable(body)], dtype=object).reshape(-1, len(names))
    frame = pd.DataFrame(cells, columns=names, index=pd.Index(np.array(kept, dtype=int), name="line"), dtype=object)
    if not found and not _is_canonical(text, rows, resource):
        pairs = zip(text.split("\n"), canonical(frame, resource).split("\n"), strict=False)
        line, at = next((n, a) for n, (a, b) in enumerate(pairs, 1) if a != b)
        report(line, resource["schema"]["primaryKey"][0], at.split(",")[0],
               MISPLACED, "Run `python -m minsk format`, which sorts and rewrites the tables.")
    return frame, found


def _compare_header(header, names, report):
    if len(header) == 1 and re.split("[;\t|]", header[0])[: len(names)] == names:
        report(1, names[0], header[0], "the cells are not separated by commas", "Save as comma-separated values.")
        return
    missing = [n for n in names if n not in header]
    extra = [h for h in header if h not in names]
    for n in missing:
        report(1, n, "", "the column is missing", f"The header must be: {','.join(names)}")
    for h in extra:
        remedy = "Remove it, or describe it in datapackage.json."
        report(1, h or "(no name)", h, "the column is not in the descriptor", remedy)
    if not missing and not extra:
        wanted = f"The header must be: {','.join(names)}"
        report(1, header[0], ",".join(header), "columns out of order or repeated", wanted)


def field_names(resource: dict) -> list[str]:
    """Column names of a table, in order."""
    return [field["name"] for field in resource["schema"]["fields"]]


def foreign_keys(resource: dict) -> Iterator[tuple[list[str], str, list[str]]]:
    """Columns of a table that name rows of another (or of itself), the other table, and the columns named there."""
    for key in resource["schema"].get("foreignKeys", []):
        yield key["fields"], key["reference"]["resource"] or resource["name"], key["reference"]["fields"]


def typed(frame: pd.DataFrame, resource: dict) -> pd.DataFrame:
    """Text cells to the types of the schema, on a fresh index."""
    out = frame.reset_index(drop=True)
    for field in resource["schema"]["fields"]:
        name, kind = field["name"], field["type"]
        if kind == "boolean":
            out[name] = out[name].map({"true": True, "false": False}).astype(_DTYPES[kind])
        elif kind != "string":
            out[name] = pd.to_numeric(out[name].where(out[name] != "", None)).astype(_DTYPES[kind])
    return out


def as_text(frame: pd.DataFrame, resource: dict) -> pd.DataFrame:
    """The inverse of `typed`: cells as they stand in the file, on the index of line numbers."""
    out = {}
    for field in resource["schema"]["fields"]:
        if field["name"] not in frame:
            continue
        column = frame[field["name"]]
        values = column.astype(object).where(column.notna(), "")
        if field["type"] == "boolean":
            values = values.map(lambda v: str(v).lower())
        out[field["name"]] = [f"{v:.15g}" if isinstance(v, float) else str(v) for v in values]
    return pd.DataFrame(out, index=pd.RangeIndex(2, len(frame) + 2, name="line"), dtype=object)


def canonical(frame: pd.DataFrame, resource: dict) -> str:
    """The one way a table is written: sorted by primary key, minimal quoting, LF.

    Parameters
    ----------
    frame : DataFrame of str
        Cells as text.
    resource : dict
        Its resource in the descriptor.
    """
    rows = frame[field_names(resource)].itertuples(index=False, name=None)
    return _written([field_names(resource), *sorted(rows, key=_place(resource))])


def _place(resource: dict) -> Callable[[Sequence[str]], object]:
    """What rows of text cells are sorted by."""
    kinds = {f["name"]: f["type"] for f in resource["schema"]["fields"]}
    names, primary = list(kinds), resource["schema"]["primaryKey"]
    keys, whole = [names.index(k) for k in primary], [kinds[k] == "integer" for k in primary]

    def numeric(row):
        return [(int(row[k]) if n and row[k].isdecimal() else -1, row[k]) for k, n in zip(keys, whole, strict=True)]

    return numeric if any(whole) else itemgetter(*keys)


def _is_canonical(text: str, rows: list[list[str]], resource: dict) -> bool:
    """Whether a text is as `canonical` would write its rows; without writing those that have no quotation mark."""
    lines = text.split("\n")[:-1]
    if len(lines) != len(rows):
        return text == _written([rows[0], *sorted(rows[1:], key=_place(resource))])
    quoted = [n for n, line in enumerate(lines) if '"' in line]
    as_is = _written(rows[n] for n in quoted) == "".join(lines[n] + "\n" for n in quoted)
    return as_is and rows[1:] == sorted(rows[1:], key=_place(resource))


def _written(rows: Iterable[Sequence[str]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue()


def write(frame: pd.DataFrame, resource: dict, path: Path) -> None:
    """Write a table of text cells in canonical form; the old file stays whole until the new one is."""
    replace(Path(path) / resource["path"], canonical(frame, resource))


def replace(file: Path, text: str) -> None:
    """Put a text in a file's place at once (write beside it, then rename)."""
    handle, draft = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        os.chmod(draft, file.stat().st_mode if file.exists() else 0o644)
        os.replace(draft, file)
    except BaseException:
        os.unlink(draft)
        raise


def replace_all(folder: Path, texts: dict[str, tuple[str, str]]) -> None:
    """Put several texts in place together: whatever stops it, all files are old, or `finish` makes all of them new.

    Parameters
    ----------
    folder : path
    texts : dict of (str, str)
        For each file, the text it must still have and the new one.

    Raises
    ------
    DataError
        When a file has been changed meanwhile; nothing is written.
    """
    draft = Path(tempfile.mkdtemp(dir=folder, prefix=f"{UNFINISHED}-"))
    try:
        for name, (_, new) in texts.items():
            replace(draft / name, new)
            shutil.copymode(folder / name, draft / name)
        changed = [name for name, (old, _) in texts.items() if (folder / name).read_bytes() != old.encode()]
        if changed:
            text, remedy = "the file was changed meanwhile", "Nothing was written; do it again."
            raise DataError(pd.DataFrame([problem(name, 1, "", "", text, remedy) for name in changed]))
        os.rename(draft, folder / UNFINISHED)  # all or nothing hangs on this one step
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    finish(folder)


def finish(folder: Path) -> list[str]:
    """Complete a `replace_all` that was cut short with all texts ready; the names of the files put in place."""
    ready = sorted(file.name for file in (folder / UNFINISHED).glob("*.csv"))
    for name in ready:
        os.replace(folder / UNFINISHED / name, folder / name)
    if (folder / UNFINISHED).exists():
        (folder / UNFINISHED).rmdir()
    return ready


def rowwise(frame: pd.DataFrame, names: Iterable[str]) -> Iterator[tuple]:
    """Some columns row by row; as lists they are gone through several times as fast as pandas does."""
    return zip(*(frame[name].tolist() for name in names), strict=True)


def row_ids(frame: pd.DataFrame, resource: dict) -> pd.Series:
    """Primary keys as the citations name them: parts joined by a slash."""
    keys = rowwise(frame, resource["schema"]["primaryKey"])
    return pd.Series(["/".join(map(str, key)) for key in keys], index=frame.index, dtype=object)


def resources(package: dict) -> Iterator[tuple[str, dict]]:
    """Names and resources of the tables, in the order of the descriptor."""
    return ((resource["name"], resource) for resource in package["resources"])
