"""The pages of the notebooks, and the landing page made from what they show."""

import csv
import io
import json
import re
import shutil
from base64 import b64decode
from dataclasses import dataclass, field
from pathlib import Path

import markup
import nbformat

# The landing page shows the first figure of each notebook and those whose caption begins like this.
ALSO = ("Meetings of the leaders by pair",)


@dataclass
class Read:
    """What the landing page tells of a notebook, in the notebook's own words."""

    name: str
    title: str
    answer: str
    question: str
    findings: list[str] = field(default_factory=list)  # paragraphs of computed text with a part in bold
    figures: list[tuple[str, str, str]] = field(default_factory=list)  # file, description, caption


def write(notebooks: Path, pages: Path, extra: Path) -> list[Read]:
    """Put the notebooks among the pages, code folded and the data of figures offered under them."""
    (extra / "notebooks").mkdir()
    found = []
    for file in sorted(notebooks.glob("*.ipynb")):
        shutil.copy(file, extra / "notebooks")
        notebook = nbformat.read(file, as_version=4)
        found.append(_read(file.stem, notebook, pages))
        figures = 0
        for cell in notebook.cells:
            cell.source = _local(cell.source)
            if cell.cell_type != "code":
                continue
            cell.metadata["tags"] = ["hide-input"]  # folded, one click away
            outputs, waiting = [], None
            for output in cell.outputs:
                data = output.get("data", {})
                if waiting and "text/markdown" not in data:
                    outputs.append(waiting)
                    waiting = None
                outputs.append(output)
                if waiting:  # after the caption
                    outputs.append(waiting)
                    waiting = None
                if "image/png" in data:
                    figures += 1
                    if "text/csv" in data:
                        waiting = _figure_data(data.pop("text/csv"), f"figure_{file.stem}_{figures}.csv", extra)
            cell.outputs = outputs + ([waiting] if waiting else [])
        nbformat.write(notebook, pages / file.name)
    return found


def _figure_data(text, name, extra):
    """The data of a figure as a file, and an output that links to it and shows it folded."""
    (extra / name).write_text(text, "utf-8")
    head, *rows = csv.reader(io.StringIO(text))
    cells = [("", [markup.cell(_short(c)) for c in row]) for row in rows if row]
    table = markup.table(f"{len(rows)} rows", head, cells)
    body = (f'<p class="figure-data">{markup.link(name, "Data of this figure (CSV)")}</p>\n'
            f"<details><summary>Data of this figure as a table</summary>\n{table}</details>")
    return nbformat.v4.new_output("display_data", data={"text/html": body, "text/plain": "Data of this figure"})


def _short(cell):
    """A number with no more digits than a reader wants; the file has them all."""
    return f"{float(cell):.4g}" if re.fullmatch(r"-?\d+\.\d{5,}", cell) else cell


def _read(name, notebook, pages):
    """Title, answer, question, findings and figures of a notebook."""
    title, *paragraphs = notebook.cells[0].source.strip().split("\n\n")
    asks = next((p for p in paragraphs if p.startswith("**What this notebook asks.**")), "")
    out = Read(name, title.lstrip("# "), paragraphs[0], asks.removeprefix("**What this notebook asks.**").strip())
    for cell in notebook.cells:
        shown = [output["data"] for output in cell.get("outputs", []) if "data" in output]
        for data, after in zip(shown, [*shown[1:], {}], strict=False):
            words = data.get("text/markdown", "")
            if "image/png" in data:
                caption = after.get("text/markdown", "")
                if not out.figures or caption.lstrip("*").startswith(ALSO):
                    file = f"landing_{name}_{len(out.figures) + 1}.png"
                    (pages / file).write_bytes(b64decode(data["image/png"]))
                    out.figures.append((file, " ".join(data["text/plain"].split()), caption))
            elif "**" in words and "\n\n" not in words:
                out.findings.append(" ".join(words.split()))
    return out


def landing(found: list[Read], text: str, pages: Path) -> None:
    """The front page: the text of `index.md`, with what the notebooks found put in its places."""
    questions = [f"| [{r.title}]({r.name}.ipynb) | {r.question} |" for r in found]
    parts = []
    for read in found[1:]:
        parts += [f"### {read.title}", "", _local(read.answer), ""]
        for file, alt, caption in read.figures:
            parts += [f"```{{image}} {file}", f":alt: {json.dumps(alt, ensure_ascii=False)}", "```", "", caption, ""]
        parts += [f"- {finding}" for finding in read.findings]
        parts += ["", f"[Read the notebook: {read.title}]({read.name}.ipynb)", ""]
    values = {
        "RECORD": next(iter(found[0].findings), ""),
        "QUESTIONS": "\n".join(["| notebook | what it asks |", "|---|---|", *questions]),
        "FINDINGS": "\n".join(parts),
        "NOTEBOOKS": "\n".join(r.name for r in found),
    }
    (pages / "index.md").write_text(re.sub(r"@([A-Z_]+)@", lambda m: values[m[1]], text), "utf-8")


def _local(text):
    """Links of a notebook to files of the repository, turned to the pages of the site."""
    return text.replace("](../data/README.md", "](codebook.md")
