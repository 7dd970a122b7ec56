import shutil
import subprocess
import sys
from pathlib import Path

import minsk
import pytest
from hypothesis.configuration import set_hypothesis_home_dir

ROOT = Path(__file__).resolve().parents[1]
set_hypothesis_home_dir(ROOT / "_build" / "hypothesis")  # what it keeps from run to run would stand at the top


@pytest.fixture(scope="session")
def wb():
    return minsk.load()


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """Built by the Makefile's own recipe for the pages, into a folder of its own."""
    out = tmp_path_factory.mktemp("site")
    command = [sys.executable, "notebooks/site/build.py", "notebooks", str(out)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    return out


@pytest.fixture
def data(tmp_path):
    """A copy of the data package to spoil; of the counts of words, by far the longest, only those of one statement."""
    folder = Path(shutil.copytree(ROOT / "data", tmp_path / "data"))
    for name in ("statement_terms", "statement_shingles"):
        file = folder / f"{name}.csv"
        head, *rows = file.read_text("utf-8").splitlines(keepends=True)
        file.write_text(head + "".join(row for row in rows if row.startswith("2014-12-04-basel,")), "utf-8")
    return folder


@pytest.fixture
def small():
    """Make a workbook of just the tables a function needs; cells left out are empty."""
    package = minsk.tables.read_descriptor(minsk.tables.DATA)[0]
    schemas = {r["name"]: r for r in package["resources"]}

    def make(**tables):
        import pandas as pd

        frames = {}
        for name, rows in tables.items():
            names = minsk.tables.field_names(schemas[name])
            text = pd.DataFrame([{**dict.fromkeys(names, ""), **row} for row in rows], columns=names, dtype=object)
            frames[name] = minsk.tables.typed(text, schemas[name])
        kept = {**package, "resources": [schemas[n] for n in tables]}
        return minsk.Workbook(frames, kept, Path("."))

    return make
