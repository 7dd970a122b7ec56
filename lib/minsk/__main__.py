"""``python -m minsk check | format | add``: what one does to the data from a shell."""

from __future__ import annotations

import argparse
import sys
import tomllib
from pathlib import Path

from . import tables
from .adding import add
from .checks import load, problems


def main(argv: list[str] | None = None) -> int:
    """Run one command; 0 when all is well, 1 when there are problems."""
    parser = argparse.ArgumentParser(prog="python -m minsk", description=__doc__.strip("`"))
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for run, name, what in (
        (_check, "check", "every problem of the data as a table"),
        (_format, "format", "rewrite the tables in canonical form"),
        (_add, "add", "add the rows of a TOML file, and show what changed"),
    ):
        command = commands.add_parser(name, help=what, description=what)
        if run is _add:
            command.add_argument("rows", type=Path, help="the file, with a [[table]] for each row")
        command.add_argument("folder", nargs="?", type=Path, default=tables.DATA, help="the package (default: data)")
        command.set_defaults(run=run)
    asked = vars(parser.parse_args(argv))
    return asked.pop("run")(**asked)


def _check(folder: Path) -> int:
    found = problems(folder)
    if len(found):
        cells = found.rename(columns=str.upper).astype(str)
        print(cells.to_string(index=False, justify="left", max_colwidth=None))
    print(f"{len(found) or 'No'} problem{'' if len(found) == 1 else 's'} in {folder.name}/.")
    return int(len(found) > 0)


def _format(folder: Path) -> int:
    for name in tables.finish(folder):
        print(f"put {name} in place, which an addition had left")
    package, found = tables.read_descriptor(folder)
    read = {name: tables.read_text(folder, r) for name, r in tables.resources(package)} if package else {}
    # Repairable on the way in; anything else means that cells could be lost.
    harmless = ("a line ends in CR", "the file begins with a byte order mark", tables.MISPLACED)
    found += [p for _, trouble in read.values() for p in trouble if p["problem"] not in harmless]
    if found:
        print("Nothing was written:", *map(tables.describe, found), sep="\n")
        return 1
    for name, resource in tables.resources(package):
        frame, _ = read[name]
        if (folder / resource["path"]).read_bytes() != tables.canonical(frame, resource).encode():
            tables.write(frame, resource, folder)
            print(f"rewrote {resource['path']}")
    return 0


def _add(rows: Path, folder: Path) -> int:
    try:
        print(add(load(folder), tomllib.loads(rows.read_text("utf-8"))), end="")
    except tables.DataError as error:
        print("Nothing was added:", *map(tables.describe, error.problems.to_dict("records")), sep="\n")
        return 1
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        print(f"{rows.name} could not be added: {error}. `make check` says whether the data are whole.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
