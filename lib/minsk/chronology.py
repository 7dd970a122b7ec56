"""The chronology: dated events, the ledger of leaders' meetings, and how well the record is dated."""

from __future__ import annotations

import numpy as np
import pandas as pd

from . import dates
from .citations import independent
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
CONVENORS = {"co_chairs": "Co-chairs or Minsk Group", "rus": "Russia", "usa": "USA", "fra": "France", "eu": "EU",
             "cis": "CIS occasion", "bilateral": "The sides alone", "other": "Other or unknown"}
CONVENED = {"co_chairs": "co_chairs", "minsk_group": "co_chairs", "russia": "rus", "usa": "usa", "france": "fra",
            "eu": "eu", "cis": "cis", "bilateral": "bilateral"}
# How a party came into an event, strongest first; what is none of these is "named".
PARTS = {"signed": "Signed", "took_part": "Took part in talks or a ceasefire, or was put a proposal",
         "visited": "Received a visit", "acted": "Acted alone", "named": "Only named"}
TALKS = ["agreement", "ceasefire", "meeting", "proposal"]


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
    out = dated(wb).loc[lambda e: (e["kind"] == "meeting") & (e["level"] == "leaders") & (e["outcome"] == "held")]
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


def occasions(meetings: pd.DataFrame) -> pd.DataFrame:
    """Sessions of one pair in one place on the same or the next day as one occasion.

    Parameters
    ----------
    meetings : DataFrame
        As `ledger` returns it.

    Returns
    -------
    DataFrame
        The first session of each occasion; ``convenor`` is the co-chairs when they convened any session of it.
    """
    # In order of pair and place, each session that does not follow on the one before it begins an occasion.
    rows = meetings.sort_values(["pair", "place", "earliest"], kind="stable")
    before = rows.groupby(["pair", "place"])["latest"].shift() + pd.Timedelta(days=1)
    occasion = (~(rows["earliest"] <= before)).cumsum()
    led = rows["convenor"].eq("co_chairs").groupby(occasion).transform("any")
    return rows.assign(convenor=rows["convenor"].mask(led, "co_chairs"))[~occasion.duplicated()].sort_index()


def change_point(hits: pd.Series, draws: int = 999, seed: int = 0) -> tuple[pd.Series, float]:
    """Where a sequence of yes and no changed its share, were it to change once.

    Bernoulli likelihood of two shares against one (Hinkley and Hinkley 1970, Biometrika 57:477), tested by permuting
    the sequence.

    Parameters
    ----------
    hits : Series of bool, shape (n,)
    draws, seed : int
        Permutations, and the seed of numpy's default generator.

    Returns
    -------
    gain : Series, shape (n - 1,)
        Log likelihood gained by a change after the first 1, 2, … n - 1 items.
    p : float
        Share of the permutations (and the sequence itself) whose largest gain is no smaller.
    """
    x = np.asarray(hits, dtype=float)
    after = np.arange(1, len(x))

    def fit(yes, of):
        # Nothing is lost on what never or always happens: 0 log 0 is 0.
        return sum(part * np.log(np.where(part > 0, part / of, 1)) for part in (yes, of - yes))

    def gain(rows):
        left, total = rows.cumsum(axis=1)[:, :-1], rows.sum(axis=1, keepdims=True)
        return fit(left, after) + fit(total - left, len(x) - after) - fit(total, len(x))

    shuffled = np.random.default_rng(seed).permuted(np.tile(x, (draws, 1)), axis=1)
    found = gain(x[None])[0]
    p = (1 + (gain(shuffled).max(axis=1) >= found.max() - 1e-9).sum()) / (draws + 1)
    return pd.Series(found, index=after), float(p)


def seat(wb: Workbook, actor: str, places: list[str]) -> pd.DataFrame:
    """How a party came into each event held.

    Parameters
    ----------
    wb : Workbook
    actor : str
        An actor id; persons who spoke for it count as the party.
    places : list of str
        Places where a visit is a visit to the party though it is not named among those who took part.

    Returns
    -------
    DataFrame
        Rows of `dated` with ``part``, the strongest key of `PARTS` that applies.
    """
    mine = wb.event_participants[wb.event_participants[["actor_id", "on_behalf_of"]].eq(actor).any(axis=1)]
    events = dated(wb).loc[lambda e: e["outcome"] == "held"]
    signed, wrote, there = (events["event_id"].isin(rows["event_id"]) for rows in (
        mine[mine["role"] == "signatory"], mine[mine["role"] == "author"], mine))
    kind = events["kind"]
    visit = (kind == "visit") & (there | events["place"].isin(places))
    tests = [signed, there & kind.isin(TALKS), visit, wrote | (there & (kind == "leadership"))]
    return events.assign(part=np.select(tests, list(PARTS)[:4], "named"))[there | visit]


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
