"""How long notebooks take from a cold kernel, beside the bare cost of a kernel with pandas, matplotlib and networkx.

Run as ``make bench``; nothing here is collected by pytest.
"""

import sys
from pathlib import Path
from statistics import median
from time import perf_counter

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
BARE = "import pandas, networkx\nfrom matplotlib import pyplot"


def seconds(notebook: nbformat.NotebookNode) -> float:
    """From starting a kernel to the end of the last cell."""
    client = NotebookClient(notebook, kernel_name="python3", resources={"metadata": {"path": str(FOLDER)}}, timeout=600,
                            extra_arguments=["--log-level=ERROR"])
    start = perf_counter()
    with client.setup_kernel():
        client.execute(cleanup_kc=False)
        return perf_counter() - start


def main(runs: int = 5) -> None:
    """Print medians of runs by turns, so that what else the machine does hits all alike."""
    books = {"bare": nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(BARE)])}
    books |= {file.stem: nbformat.read(file, as_version=4) for file in sorted(FOLDER.glob("*.ipynb"))}
    times = {name: [] for name in books}
    for _ in range(runs):
        for name, book in books.items():
            times[name].append(seconds(book))
    bare = median(times["bare"])
    for name, taken in times.items():
        middle = median(taken)
        print(f"{name:26} {middle:5.2f} s  {middle / bare:4.2f} × bare  ({min(taken):.2f} to {max(taken):.2f})")
    whole = sum(map(median, times.values())) - bare
    print(f"{'the whole workbook':26} {whole:5.2f} s  {whole / bare / (len(times) - 1):4.2f} × as many bare kernels")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
