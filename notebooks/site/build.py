"""Build the site from executed notebooks: python build.py FOLDER-OF-NOTEBOOKS TARGET"""
# ruff: noqa: E402

import re
import shutil
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True  # a cache in this folder would make the site look older than its sources

import data_pages
import minsk
import notebook_pages
import reference_pages
from sphinx.cmd.build import main as sphinx

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
DATA = ROOT / "data"


def gather(notebooks: Path, pages: Path, extra: Path) -> None:
    """Write the sources of all pages into one folder, and the files offered for download into another."""
    wb = minsk.load(DATA)
    names = {"README.md": "codebook.md", "ERRATA.md": "errata.md", "CHANGELOG.md": "changelog.md"}
    for name, page in names.items():
        text = (DATA / name).read_text("utf-8")
        (pages / page).write_text(re.sub(r"\]\(([A-Z]+\.md)", lambda m: f"]({names.get(m[1], m[1])}", text), "utf-8")
    (extra / "data").mkdir()
    for file in [*sorted(DATA.glob("*.csv")), DATA / "datapackage.json"]:
        shutil.copy(file, extra / "data")
    found = notebook_pages.write(notebooks, pages, extra)
    notebook_pages.landing(found, (HERE / "index.md").read_text("utf-8"), pages)
    data_pages.write(wb, pages)
    reference_pages.write(wb, pages, extra)
    reference_pages.api(Path(minsk.__file__).parent, pages)


def main(notebooks: Path, target: Path) -> int:
    """Build beside the target and put the result in its place; an old site stays until the new one is whole."""
    if target.exists() and any(target.iterdir()) and not (target / "objects.inv").exists():
        print(f"{target} holds something else than a site; nothing was written.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        pages, extra, html = (Path(folder, name) for name in ("pages", "extra", "html"))
        pages.mkdir()
        extra.mkdir()
        gather(notebooks, pages, extra)
        failed = sphinx(["-q", "-b", "html", "-c", str(HERE), "-d", f"{folder}/doctrees", str(pages), str(html)])
        if failed:
            return failed
        shutil.copytree(extra, html, dirs_exist_ok=True)
        if target.exists():
            shutil.rmtree(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(html, target)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
