"""Build the site from executed notebooks: python build.py FOLDER-OF-NOTEBOOKS TARGET"""

import re
import shutil
import sys
import tempfile
from pathlib import Path

import nbformat
from sphinx.cmd.build import main as sphinx

HERE = Path(__file__).resolve().parent
DATA = HERE.parents[1] / "data"


def gather(notebooks: Path, pages: Path) -> None:
    """Put all sources of the site into one folder, their links turned to one another."""
    for file in sorted(notebooks.glob("*.ipynb")):
        notebook = nbformat.read(file, as_version=4)
        for cell in notebook.cells:
            cell.source = cell.source.replace("](../data/README.md", "](codebook.md")
            if cell.cell_type == "code":
                cell.metadata["tags"] = ["hide-input"]  # folded, one click away
        nbformat.write(notebook, pages / file.name)
    names = {"README.md": "codebook.md", "ERRATA.md": "errata.md", "CHANGELOG.md": "changelog.md"}
    for name, page in names.items():
        text = (DATA / name).read_text("utf-8")
        (pages / page).write_text(re.sub(r"\]\(([A-Z]+\.md)", lambda m: f"]({names.get(m[1], m[1])}", text), "utf-8")
    shutil.copy(HERE / "index.md", pages)
    for file in [*sorted(DATA.glob("*.csv")), DATA / "datapackage.json"]:
        shutil.copy(file, pages)


def main(notebooks: Path, target: Path) -> int:
    with tempfile.TemporaryDirectory() as folder:
        gather(notebooks, Path(folder))
        return sphinx(["-q", "-b", "html", "-c", str(HERE), "-d", f"{folder}/.doctrees", folder, str(target)])


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
