"""The notebooks as stored: whole, in order, small, described, and compared with the data by nbval."""

import re
import shutil
import subprocess
import sys
from base64 import b64encode
from itertools import pairwise

import nbformat
import pytest
from conftest import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
ALL = [*NOTEBOOKS, *sorted((ROOT / "notebooks" / "templates").glob("*.ipynb"))]  # the site has no templates
IDS = [n.stem for n in ALL]


@pytest.fixture(params=ALL, ids=IDS)
def notebook(request):
    return nbformat.read(request.param, as_version=4)


def code(notebook):
    return [c for c in notebook.cells if c.cell_type == "code"]


def prose(notebook):
    return "\n\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")


def test_it_was_run_from_top_to_bottom_without_error(notebook):
    counts = [c.execution_count for c in code(notebook)]
    assert counts == list(range(1, len(counts) + 1)), "not run from top to bottom: make refresh"
    bad = {c.id: o.output_type for c in code(notebook) for o in c.outputs if o.output_type in ("error", "stream")}
    assert not bad, "a cell fails, prints or warns; show with minsk.table, minsk.say or minsk.show, then: make refresh"


def test_cells_are_few_and_short(notebook):
    assert len(notebook.cells) <= 40, "more than 40 cells: make two notebooks of it"
    long = {c.id: len(c.source.splitlines()) for c in code(notebook) if len(c.source.splitlines()) > 16}
    assert not long, "a cell of more than 16 lines: split it, or move a function to lib/minsk"
    ids = [c.id for c in notebook.cells]
    assert ids == [f"cell-{i:02d}" for i in range(1, len(ids) + 1)], "cells were added or moved: make refresh"


def test_it_has_the_shape_of_a_notebook_here(notebook):
    text = prose(notebook)
    assert re.findall(r"^# .+", text, re.M) == re.findall(r"\A# [^#].*", text)  # one title, at the top
    for part in ("**What this notebook asks.**", "**What it needs.**", "**How sure we are.**",
                 "## What would change this", "## Extend it"):
        assert part in text, f"a notebook here has a part {part}; see notebooks/templates/analysis.ipynb"
    levels = [len(h) for h in re.findall(r"^(#+) ", text, re.M)]
    assert all(b - a <= 1 for a, b in pairwise(levels)), "a level of headings is left out"


def test_every_picture_has_a_description_and_a_caption_with_n_and_source(notebook):
    for cell in code(notebook):
        for i, output in enumerate(cell.outputs):
            if "image/png" in output.get("data", {}):
                description = output.data["text/plain"]
                assert "text/csv" in output.data, f"{cell.id}: end with minsk.show(figure, ...), then: make refresh"
                assert len(description) > 40, f"{cell.id}: describe the figure in more words"
                assert len(output.data["text/csv"].splitlines()) > 1
                caption = cell.outputs[i + 1].data["text/markdown"]
                assert "n = " in caption and "Source: " in caption
                assert cell.metadata["mystnb"]["image"]["alt"] == description


def test_nothing_of_the_machine_is_stored(notebook):
    text = nbformat.writes(notebook)
    assert not re.search(r"(?<![\w.])/(home|root|Users)/| at 0x[0-9a-f]{6,}|[A-Z]:\\\\", text)
    assert set(notebook.metadata) == {"kernelspec"}, "saved by an editor: make refresh"


@pytest.mark.parametrize("path", ALL, ids=IDS)
def test_it_is_small_enough_for_the_web(path):
    assert path.stat().st_size < 1.5e6


def test_the_picture_of_the_readme_is_that_of_the_notebook():
    stored = (ROOT / "notebooks" / "02_chronology.ipynb").read_text("utf-8")
    picture = (ROOT / "notebooks" / "site" / "static" / "timeline.png").read_bytes()
    assert b64encode(picture).decode() in stored


def test_links_between_files_lead_somewhere(notebook):
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", prose(notebook)):
        assert (ROOT / "notebooks" / target).exists(), target


def nbval(folder, name):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval", f"notebooks/{name}.ipynb"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


@pytest.fixture
def clone(tmp_path):
    """A copy of the repository whose notebooks import the copy's library and read the copy's data."""
    for part in ("data", "lib", "notebooks"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "file, old, new",
    [("data/deaths.csv", "2020,7548,7646,9077", "2020,7548,7647,9077"),
     ("lib/minsk/figures.py", 'INK = "#8a8a8a", "#ececec", "#222222"', 'INK = "#8a8a8a", "#ececec", "#222223"')],
    ids=["one number in a CSV", "one colour in a figure"],
)  # fmt: skip
def test_a_change_of_one_thing_fails_the_notebook_that_shows_it(clone, file, old, new, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(clone / "lib"))
    text = (clone / file).read_text("utf-8")
    assert text.count(old) == 1
    (clone / file).write_text(text.replace(old, new), "utf-8")
    run = nbval(clone, "02_chronology")
    assert run.returncode == 1 and "failed" in run.stdout, run.stdout[-2000:]


@pytest.mark.parametrize(
    "table, old, new, named",
    [("published_figures", ",44,0,equal,days,", ",45,0,equal,days,", "days-2020"),
     ("deaths", "2008,30,30,43,0,30", "2008,20,20,29,0,20", "deaths-2008"),
     ("published_ordinals", ",All meetings of the pair,1,1,", ",All meetings of the pair,1,2,", "ordinal-02")],
    ids=["their number", "our rows", "an ordinal"],
)  # fmt: skip
def test_a_number_that_stops_agreeing_without_a_reason_stops_the_checks(clone, table, old, new, named, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(clone / "lib"))
    file = clone / "data" / f"{table}.csv"
    text = file.read_text("utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), "utf-8")
    command = [sys.executable, "notebooks/execute.py", "notebooks/06_checks.ipynb", "out.ipynb"]
    run = subprocess.run(command, cwd=clone, capture_output=True, text=True)
    assert run.returncode == 1 and named in run.stderr, run.stderr[-2000:]
    assert not (clone / "out.ipynb").exists()
