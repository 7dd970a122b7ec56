"""Run a notebook from its CSVs in a fresh kernel and store it: python execute.py FROM.ipynb TO.ipynb

The result holds nothing that differs from one run or machine to the next: no times, no versions. With a target that
ends in .png, the notebook is not run; its first picture is stored, for the README.
"""

import os
import sys
from base64 import b64decode
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError


def execute(source: Path) -> nbformat.NotebookNode:
    """The notebook with fresh outputs."""
    notebook = nbformat.read(source, as_version=4)
    for place, cell in enumerate(notebook.cells, 1):
        cell.id = f"cell-{place:02d}"  # editors give a new cell a random one
        cell.metadata.pop("mystnb", None)
    resources = {"metadata": {"path": str(source.parent)}}
    options = {"timeout": 600, "record_timing": False, "extra_arguments": ["--log-level=ERROR"]}
    NotebookClient(notebook, kernel_name="python3", resources=resources, **options).execute()
    notebook.metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.metadata.pop("execution", None)
            # The site takes a picture's alternative text from here.
            for output in cell.outputs:
                if "image/png" in output.get("data", {}):
                    cell.metadata["mystnb"] = {"image": {"alt": output.data["text/plain"]}}
    nbformat.validate(notebook)
    return notebook


def first_picture(source: Path) -> bytes:
    """The first picture stored in a notebook."""
    outputs = (o for c in nbformat.read(source, as_version=4).cells for o in c.get("outputs", []))
    return b64decode(next(o.data["image/png"] for o in outputs if "image/png" in o.get("data", {})))


def main(source: Path, target: Path) -> int:
    if target.suffix == ".png":
        target.write_bytes(first_picture(source))
        return 0
    try:
        notebook = execute(source)
    except (CellExecutionError, DeadKernelError) as error:
        print(f"{source} stopped at a cell that fails; nothing was written:\n{error}", file=sys.stderr)
        return 1
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".draft")
    nbformat.write(notebook, draft)
    os.replace(draft, target)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
