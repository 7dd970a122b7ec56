"""What loading and the analyses cost, on the data as they are and as they might grow. `make bench` prints it.

Copies of the record (events, citations, sources, offices, proposals) are added under ids of their own; who exists and
what is asked (actors, elements, phases) stays, so that the copies mean what the originals mean.
"""

import math
import subprocess
import sys
import time
from collections.abc import Callable

import minsk
import pandas as pd
from bench_statements import memory
from minsk import chronology, completeness, network, proposals, statements
from minsk.tables import foreign_keys, resources

SIZES = (1, 10, 100, 1000)
LONGEST = 30  # seconds: what would take longer by ten times the last time is not tried
EVENTS, OFFICES = ("events", "event_participants"), ("roles",)
CITED = ("sources", "citations", "events", "roles", "proposals", "statements")
PROPOSALS = ("proposals", "proposal_elements")
TEXTS = ("statements", "statement_codes", "statement_terms", "statement_shingles")


def change_point(wb: minsk.Workbook) -> object:
    return chronology.change_point(chronology.ledger(wb)["convenor"] == "co_chairs", draws=99)


def excess(wb: minsk.Workbook) -> pd.DataFrame:
    return network.excess(network.attendance(wb).query("phase_id == 'closing'"), draws=50)


def brokerage(wb: minsk.Workbook) -> pd.DataFrame:
    return network.brokerage(network.attendance(wb).query("phase_id == 'conference'"), "arm", "aze")


def reliability(wb: minsk.Workbook) -> pd.DataFrame:
    return statements.reliability(statements.coded(wb, "a"), statements.coded(wb, "b"), draws=99)


def novelty(wb: minsk.Workbook) -> pd.DataFrame:
    return statements.novelty(wb.statement_shingles, statements.full(wb)["statement_id"].tolist(), draws=9)


def distinctive(wb: minsk.Workbook) -> pd.DataFrame:
    return statements.distinctive(wb.statement_terms, statements.full(wb).set_index("statement_id")["date"] < "2012")


# Each with the tables that grow for it: the others stay as they are.
ANALYSES: dict[str, tuple[tuple[str, ...], Callable[[minsk.Workbook], object]]] = {
    "chronology.dated": (EVENTS, chronology.dated),
    "chronology.ledger": (EVENTS, chronology.ledger),
    "chronology.change_point": (EVENTS, change_point),
    "chronology.seat": (EVENTS, lambda wb: chronology.seat(wb, "nk-authorities", [])),
    "chronology.thinness": ((*EVENTS, "citations"), chronology.thinness),
    "citations.independent": (CITED, lambda wb: minsk.independent(wb, "events")),
    "citations.disagreements": (CITED, minsk.disagreements),
    "citations.bibliography": (CITED, minsk.bibliography),
    "completeness.chao": (CITED, lambda wb: completeness.chao(minsk.independent(wb, "events"))),
    "network.terms": (OFFICES, network.terms),
    "network.snapshot": (OFFICES, lambda wb: network.snapshot(wb, "1997-06-01")),
    "network.membership": (OFFICES, lambda wb: network.membership(wb, "minsk-group", range(1992, 2026))),
    "network.attendance": (EVENTS, network.attendance),
    "network.projection": (EVENTS, lambda wb: network.projection(network.attendance(wb))),
    "network.excess": (EVENTS, excess),
    "network.brokerage": (EVENTS, brokerage),
    "proposals.grid": (PROPOSALS, proposals.grid),
    "proposals.heritage": (PROPOSALS, lambda wb: proposals.heritage(proposals.grid(wb))),
    "proposals.neighbours": (PROPOSALS, lambda wb: proposals.neighbours(proposals.grid(wb), 3)),
    "statements.coded": (TEXTS, lambda wb: statements.coded(wb, "a")),
    "statements.reliability": (TEXTS, reliability),
    "statements.novelty": (TEXTS, novelty),
    "statements.distinctive": (TEXTS, distinctive),
}
PROBE = """
import resource, time, pandas as pd, minsk
start = time.perf_counter()
{work}
taken = time.perf_counter() - start
print(taken, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
LOAD = "minsk.load()"
READ = ("kept = [pd.read_csv(f, dtype=str, keep_default_na=False) "
        "for f in sorted(minsk.tables.DATA.glob('*.csv'))]")


def grown(wb: minsk.Workbook, times: int, growing: tuple[str, ...]) -> minsk.Workbook:
    """A workbook in which some tables hold their rows `times` over, under distinct ids."""
    tables = dict(wb.tables)
    for name, table in resources(wb.package):
        if name not in growing:
            continue
        primary = table["schema"]["primaryKey"]
        ids = {primary[0]} if len(primary) == 1 else set()
        ids |= {fields[0] for fields, target, _ in foreign_keys(table) if target in growing}
        rows = pd.concat([tables[name]] * times, ignore_index=True)
        copy = pd.Series("~" + (rows.index // len(tables[name])).astype(str), rows.index)
        for column in sorted(ids):
            rows[column] += copy
        if "row_id" in rows:  # of a compound key, the part that grows comes first
            parts = rows["row_id"].str.partition("/")
            rows["row_id"] = parts[0] + copy.where(rows["table"].isin(growing), "") + parts[1] + parts[2]
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
    return taken[2][0], max(size for _, size in taken) / 1024


def main() -> None:
    """Print the table."""
    (load, most), (read, less) = probe(LOAD), probe(READ)
    print(f"load(), with every check: {load:.2f} s, {most:.0f} MB; pandas.read_csv of the same files: {read:.2f} s, "
          f"{less:.0f} MB; ratio {load / read:.1f}")
    wb = minsk.load()
    print(f"\n{'analysis, seconds at':26}" + "".join(f"{f'{n:,}x':>10}" for n in SIZES) + "     slope")
    for name, (growing, analysis) in ANALYSES.items():
        analysis(wb)  # warm
        taken: list[float] = []
        for n in SIZES:
            if not taken or 10 * taken[-1] * max(1, taken[-1] / taken[-2] / 10 if len(taken) > 1 else 1) < LONGEST:
                big = grown(wb, n, growing)
                start = time.perf_counter()
                analysis(big)
                taken.append(time.perf_counter() - start)
        cells = [f"{s:10.3f}" for s in taken] + [f"{'-':>10}"] * (len(SIZES) - len(taken))
        print(f"{name:26}" + "".join(cells) + f"{slope(list(SIZES[:len(taken)]), taken):10.2f}")
    print(f"A dash: it would have taken over {LONGEST} s. Most memory: {memory():.0f} MB.")


if __name__ == "__main__":
    main()
