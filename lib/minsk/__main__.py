"""``python -m minsk check | format | codebook``: what one does to the data from a shell."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from . import codebook, tables
from .checks import problems


def main(argv: list[str] | None = None) -> int:
    """Run one command; 0 when all is well, 1 when there are problems."""
    parser = argparse.ArgumentParser(prog="python -m minsk", description=__doc__.strip("`"))
    parser.add_argument("command", choices=["check", "format", "codebook"],
                        help="check: every problem of the data as a table; format: rewrite the tables in canonical "
                        "form; codebook: rewrite the generated part of the data README")
    parser.add_argument("folder", nargs="?", type=Path, default=tables.DATA, help="the data package (default: data)")
    asked = parser.parse_args(argv)
    return {"check": _check, "format": _format, "codebook": _codebook}[asked.command](asked.folder)


def _check(folder: Path) -> int:
    found = problems(folder)
    if len(found):
        cells = found.rename(columns=str.upper).astype(str)
        print(cells.to_string(index=False, justify="left", max_colwidth=None))
    print(f"{len(found) or 'No'} problem{'' if len(found) == 1 else 's'} in {folder.name}/.")
    return int(len(found) > 0)


def _format(folder: Path) -> int:
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


def _codebook(folder: Path) -> int:
    file = folder / "README.md"
    tables.replace(file, codebook.render(file.read_text("utf-8"), tables.read_descriptor(folder)[0]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
