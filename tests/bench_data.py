"""What loading and the analyses cost, on the data as they are and as they might grow. `make bench` prints it.

Copies of the record (events, citations, sources, offices, proposals) are added under ids of their own; who exists and
what is asked (actors, elements, phases) stays, so that the copies mean what the originals mean.
"""

import math
import resource
import subprocess
import sys
import time
from collections.abc import Callable

import minsk
import pandas as pd
from minsk import chronology, network, proposals

SIZES = (1, 10, 100)
LONGEST = 30  # seconds after which the next size is not tried
GROWING = ["sources", "citations", "roles", "events", "event_participants", "proposals", "proposal_elements"]
ANALYSES: dict[str, Callable[[minsk.Workbook], object]] = {
    "chronology.dated": chronology.dated,
    "chronology.ledger": chronology.ledger,
    "chronology.thinness": chronology.thinness,
    "citations.independent": lambda wb: minsk.independent(wb, "events"),
    "citations.disagreements": minsk.disagreements,
    "citations.bibliography": minsk.bibliography,
    "network.terms": network.terms,
    "network.snapshot": lambda wb: network.snapshot(wb, "1997-06-01"),
    "network.membership": lambda wb: network.membership(wb, "minsk-group", range(1992, 2026)),
    "proposals.grid": proposals.grid,
    "proposals.heritage": lambda wb: proposals.heritage(proposals.grid(wb)),
    "proposals.neighbours": lambda wb: proposals.neighbours(proposals.grid(wb), 3),
}
PROBE = """
import resource, time, pandas as pd, minsk, sys
start = time.perf_counter()
{work}
taken = time.perf_counter() - start
print(taken, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
LOAD = "minsk.load()"
READ = ("kept = [pd.read_csv(f, dtype=str, keep_default_na=False) "
        "for f in sorted(minsk.tables.DATA.glob('*.csv'))]")


def grown(wb: minsk.Workbook, times: int) -> minsk.Workbook:
    """A workbook whose growing tables hold their rows `times` over, under distinct ids."""
    tables = dict(wb.tables)
    for name, schema in ((r["name"], r["schema"]) for r in wb.package["resources"] if r["name"] in GROWING):
        ids = {schema["primaryKey"][0]} if len(schema["primaryKey"]) == 1 else set()
        ids |= {key["fields"][0] for key in schema.get("foreignKeys", []) if key["reference"]["resource"] in GROWING}
        rows = pd.concat([tables[name]] * times, ignore_index=True)
        copy = pd.Series("~" + (rows.index // len(tables[name])).astype(str), rows.index)
        for column in sorted(ids):
            rows[column] += copy
        if "row_id" in rows:  # of a compound key, the part that grows comes first
            parts = rows["row_id"].str.partition("/")
            rows["row_id"] = parts[0] + copy.where(rows["table"].isin(GROWING), "") + parts[1] + parts[2]
        tables[name] = rows
    return minsk.Workbook(tables, wb.package, wb.path)


def slope(sizes: list[int], seconds: list[float]) -> float:
    """Slope of time over size on log-log axes between the last two sizes: 1 is linear, 2 quadratic."""
    return math.log(seconds[-1] / seconds[-2]) / math.log(sizes[-1] / sizes[-2]) if len(sizes) > 1 else math.nan


def probe(work: str) -> tuple[float, float]:
    """Median seconds of five cold processes, and the most memory one took, in MB."""
    runs = [subprocess.run([sys.executable, "-c", PROBE.format(work=work)], capture_output=True, text=True, check=True)
            for _ in range(5)]
    taken = sorted(tuple(map(float, run.stdout.split())) for run in runs)
    return taken[2][0], max(memory for _, memory in taken) / 1024


def main() -> None:
    """Print the table."""
    (load, memory), (read, less) = probe(LOAD), probe(READ)
    print(f"load(), with every check: {load:.2f} s, {memory:.0f} MB; pandas.read_csv of the same files: {read:.2f} s, "
          f"{less:.0f} MB; ratio {load / read:.1f}")
    wb = minsk.load()
    print(f"\n{'analysis, seconds at':26}" + "".join(f"{f'{n:,}x':>10}" for n in SIZES) + "     slope")
    seconds: dict[str, list[float]] = {name: [] for name in ANALYSES}
    for n in SIZES:
        big = grown(wb, n)
        for name, analysis in ANALYSES.items():
            if len(seconds[name]) == SIZES.index(n) and (n == 1 or seconds[name][-1] * 10 < LONGEST):
                analysis(big) if n == 1 else None  # warm
                start = time.perf_counter()
                analysis(big)
                seconds[name].append(time.perf_counter() - start)
    for name, taken in seconds.items():
        cells = [f"{s:10.3f}" for s in taken] + [f"{'-':>10}"] * (len(SIZES) - len(taken))
        print(f"{name:26}" + "".join(cells) + f"{slope(list(SIZES[:len(taken)]), taken):10.2f}")
    print(f"A dash: the size before took over {LONGEST / 10:.0f} s. Most memory: "
          f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB.")


if __name__ == "__main__":
    main()
