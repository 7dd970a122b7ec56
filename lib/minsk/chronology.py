"""The chronology: dated events, the ledger of leaders' meetings, and how well the record is dated."""

from __future__ import annotations

import pandas as pd
from matplotlib.dates import YearLocator, date2num
from matplotlib.figure import Figure

from . import dates
from .citations import independent
from .figures import COLOURS, INK, NEUTRAL, WIDTH, canvas, shade_phases
from .tables import Workbook

# Rows of the timeline: kinds of events grouped by what a reader looks for, top to bottom.
LANES = {
    "OSCE bodies and decisions": ["summit", "ministerial", "decision", "institution", "membership", "closure"],
    "UN and other resolutions": ["resolution"],
    "Meetings of the sides": ["meeting"],
    "Visits": ["visit"],
    "Proposals": ["proposal"],
    "Statements": ["statement"],
    "Agreements and ceasefires": ["agreement", "ceasefire"],
    "Fighting": ["hostilities"],
    "Changes of leadership, other": ["leadership", "other"],
}
# From this day the prime minister leads Armenia, by the constitution in force since then.
ARMENIA_PARLIAMENTARY = pd.Timestamp("2018-04-09")
# One colour for one convenor everywhere; what is not in CONVENED is drawn as "other".
CONVENORS = {
    "co_chairs": "Co-chairs or Minsk Group",
    "rus": "Russia",
    "usa": "USA",
    "fra": "France",
    "eu": "EU",
    "cis": "CIS occasion",
    "bilateral": "The sides alone",
    "other": "Other or unknown",
}
CONVENED = {"co_chairs": "co_chairs", "minsk_group": "co_chairs", "russia": "rus", "usa": "usa", "france": "fra",
            "eu": "eu", "cis": "cis", "bilateral": "bilateral"}


def dated(wb: Workbook) -> pd.DataFrame:
    """Events with the first and last day they can stand for, in order of time.

    Returns
    -------
    DataFrame
        The table ``events`` and the columns of `minsk.dates.bounds`.
    """
    out = wb.events.join(dates.bounds(wb.events["start"], wb.events["end"], wb.as_of))
    return out.sort_values(["earliest", "latest", "event_id"], ignore_index=True)


def ledger(wb: Workbook) -> pd.DataFrame:
    """The meetings of the leaders of Armenia and Azerbaijan that took place.

    Returns
    -------
    DataFrame
        One row a meeting, in order of time: the columns of `dated`, and ``armenia``,
        ``azerbaijan`` (names of the two leaders), ``pair``, ``nth`` (running number of the pair),
        ``convenor`` (a key of `CONVENORS`) and ``days_since`` the meeting before it.
    """
    out = dated(wb).query("kind == 'meeting' and level == 'leaders' and outcome == 'held'")
    offices = wb.roles[wb.roles["role"].isin(["president", "prime_minister"])].merge(wb.actors[["actor_id", "name"]])
    there = wb.event_participants.merge(out[["event_id", "earliest"]]).merge(
        offices[["actor_id", "body_id", "name", "role"]].drop_duplicates(),
        left_on=["actor_id", "on_behalf_of"], right_on=["actor_id", "body_id"])
    leads = (there["on_behalf_of"] == "aze") | (there["earliest"] < ARMENIA_PARLIAMENTARY)
    there = there[there["role_y"].eq("president") == leads]
    sides = there.pivot_table("name", "event_id", "on_behalf_of", aggfunc="first")[["arm", "aze"]]
    sides = sides.rename(columns={"arm": "armenia", "aze": "azerbaijan"})
    out = out.merge(sides, on="event_id", how="left").fillna({"armenia": "not named", "azerbaijan": "not named"})
    out["pair"] = out["armenia"].map(surname) + " – " + out["azerbaijan"].map(initialled)
    out["nth"] = out.groupby("pair").cumcount() + 1
    out["convenor"] = out["convening"].map(CONVENED).fillna("other")
    out["days_since"] = out["earliest"].diff().dt.days.astype("Int64")
    return out


def surname(name: str) -> str:
    """The last word of a name, as people are called in the process."""
    return name.split()[-1]


def initialled(name: str) -> str:
    """Surname with an initial: father and son Aliyev would not be told apart without it."""
    return f"{name[0]}. {surname(name)}"


def timeline(wb: Workbook) -> Figure:
    """Events by kind on one time axis over deaths a year.

    Dates known to the month or year are drawn as lines as long as the time they can mean.
    """
    events = dated(wb)
    figure, (top, bottom) = canvas(WIDTH, 6, nrows=2, sharex=True, height_ratios=[4, 1])
    span = pd.to_datetime(["1988-01-01", "2026-01-01"])
    top.set_xlim(*date2num(span))
    shade_phases(top, wb.phases)
    lane_of = {kind: y for y, kinds in enumerate(LANES.values()) for kind in kinds}
    events = events.assign(y=events["kind"].map(lane_of))
    exact, loose = events[events["precision"] == "day"], events[events["precision"] != "day"]
    held, other = exact[exact["outcome"] == "held"], exact[exact["outcome"] != "held"]
    top.scatter(held["earliest"], held["y"], s=16, color=INK, alpha=0.55, lw=0, zorder=3)
    top.scatter(other["earliest"], other["y"], s=16, facecolor="white", edgecolor=INK, lw=0.8, zorder=4)
    top.hlines(loose["y"] + 0.24, loose["earliest"], loose["latest"], color=COLOURS["rus"], lw=2.5, zorder=3)
    for y, n in events.groupby("y").size().items():
        top.annotate(f"{n}", (1, y), xycoords=("axes fraction", "data"), xytext=(4, 0), textcoords="offset points",
                     va="center", fontsize=8)
    top.set_yticks(range(len(LANES)), list(LANES))
    top.set_ylim(len(LANES) - 0.4, -0.6)
    top.tick_params(axis="y", length=0)
    top.spines["left"].set_visible(False)
    deaths = wb.deaths.astype(float)
    middle = pd.to_datetime(deaths["year"].astype(int).astype(str) + "-07-01")
    # A log axis has no zero; years with none are drawn on the lower edge and said so in the label.
    low, best, high = (deaths[c].clip(lower=0.7) for c in ("low", "best", "high"))
    bottom.vlines(middle, low, high, color=NEUTRAL, lw=5, alpha=0.5)
    bottom.scatter(middle, best, s=12, color=INK, zorder=3)
    bottom.set_yscale("log")
    bottom.set_ylim(0.4, 20000)
    bottom.set_yticks([1, 100, 10000], ["≤1", "100", "10,000"])
    bottom.set_ylabel("Deaths a year")
    bottom.xaxis.set_major_locator(YearLocator(4))
    shade_phases(bottom, wb.phases, label=False)
    return figure


def thinness(wb: Workbook) -> pd.DataFrame:
    """How well each year is documented.

    Returns
    -------
    DataFrame
        Indexed by year: ``events``, how many are dated to the ``day``, and how many rest on ``one``
        independent source.
    """
    events = dated(wb)
    sources = events["event_id"].map(independent(wb, "events"))
    year = events["earliest"].dt.year
    return pd.DataFrame({
        "events": events.groupby(year).size(),
        "day": (events["precision"] == "day").groupby(year).sum(),
        "one": (sources <= 1).groupby(year).sum(),
    }).rename_axis("year")
