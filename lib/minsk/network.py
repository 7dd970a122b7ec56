"""Who sat where: memberships, terms of office, and snapshots of the network on one day."""

from __future__ import annotations

import networkx as nx
import pandas as pd
from matplotlib.dates import YearLocator, date2num
from matplotlib.figure import Figure

from . import dates
from .figures import NEUTRAL, WIDTH, canvas
from .tables import Workbook


def terms(wb: Workbook) -> pd.DataFrame:
    """Roles with the longest and the certain time they can have lasted.

    Returns
    -------
    DataFrame
        The table ``roles`` with ``holder`` (a name; empty for a vacant seat or an unknown holder), and
        as days ``first`` and ``last`` (the longest; NaT when a limit is unknown), ``sure_first`` and ``sure_last``
        (the certain part). An open end is the as-of date.
    """
    names = wb.actors.set_index("actor_id")["name"]
    out = wb.roles.assign(holder=wb.roles["actor_id"].map(names).fillna(""))
    start = [dates.parse(s) for s in out["start"]]
    end = [dates.parse(wb.as_of if e == dates.OPEN else e) for e in out["end"]]
    days = pd.DataFrame({
        "first": [s and s.earliest for s in start],
        "sure_first": [s and s.latest for s in start],
        "sure_last": [e and e.earliest for e in end],
        "last": [e and e.latest for e in end],
    }, index=out.index)
    return out.join(days.apply(pd.to_datetime).astype("datetime64[s]"))


def on_day(wb: Workbook, day: str) -> pd.DataFrame:
    """Roles that can have been held on a day.

    Where an end is unknown the role is taken to last no longer than its start says; where a start is unknown it is
    left out.

    Parameters
    ----------
    wb : Workbook
    day : str
        A full date, ``1997-06-01``.
    """
    when = pd.Timestamp(day)
    held = terms(wb).query("actor_id != ''")
    return held[(held["first"] <= when) & (held["last"].fillna(held["sure_first"]) >= when)]


def snapshot(wb: Workbook, day: str) -> nx.Graph:
    """Who held which role in which body on one day.

    Parameters
    ----------
    wb : Workbook
    day : str
        A full date, ``1997-06-01``.

    Returns
    -------
    networkx.Graph
        Nodes are actors (attributes ``kind``, ``name``); an edge joins a holder to a body (``role``)
        and to the state spoken for (``role`` "on behalf of").
    """
    actors = wb.actors.set_index("actor_id")[["kind", "name"]].to_dict("index")
    graph = nx.Graph(day=day)
    for row in on_day(wb, day).sort_values("role_id").to_dict("records"):
        graph.add_edge(row["actor_id"], row["body_id"], role=row["role"])
        if row["on_behalf_of"] and row["on_behalf_of"] not in (row["actor_id"], row["body_id"]):
            graph.add_edge(row["actor_id"], row["on_behalf_of"], role="on behalf of")
    nx.set_node_attributes(graph, {n: actors[n] for n in graph})
    return graph


def membership(wb: Workbook, body: str, years: range) -> pd.DataFrame:
    """Which states belonged to a body in which year.

    Parameters
    ----------
    wb : Workbook
    body : str
        An actor id.
    years : range

    Returns
    -------
    DataFrame of str, shape (states, years + 1)
        The role of a state in the body in some part of the year; empty when there is none. The last column, "no date",
        is for roles whose source gives none. Indexed by the state's name.
    """
    states = set(wb.actors.query("kind == 'state'")["actor_id"])
    rows = terms(wb).query("body_id == @body")
    rows = rows[rows["actor_id"].isin(states)]
    # The strongest role of the year names the cell.
    rank = ["co_chair", "chair", "party", "member", "invited", "troika"]
    out = pd.DataFrame("", index=sorted(rows["holder"].unique()), columns=[*years, "no date"])
    for row in rows.sort_values("role", key=lambda c: c.map(rank.index), ascending=False).itertuples():
        last = row.last if pd.notna(row.last) else row.sure_first
        when = [y for y in years if row.first.year <= y <= last.year] if pd.notna(row.first) else ["no date"]
        out.loc[row.holder, when] = row.role
    return out


def gantt(rows: pd.DataFrame, lanes: dict[str, str], as_of: str) -> Figure:
    """Terms of office in lanes; thin lines where a beginning or an end is not known to the day.

    Parameters
    ----------
    rows : DataFrame
        Rows of `terms` with a column ``lane``.
    lanes : dict
        Lane to the colour it is drawn in, top to bottom.
    as_of : str
        Right edge of the axis.
    """
    rows = rows.assign(first=rows["first"].fillna(rows["last"]), last=rows["last"].fillna(rows["sure_first"]))
    rows = rows.assign(label=[h.split()[-1] if h else s for h, s in zip(rows["holder"], rows["status"], strict=True)])
    placed, ticks, edges, base = [], [], [], 0
    for lane in lanes:
        ends: list[pd.Timestamp] = []  # where the last bar or label of each line of the lane stops
        for row in rows[rows["lane"] == lane].sort_values(["first", "role_id"]).itertuples():
            line = next((i for i, end in enumerate(ends) if end < row.first), len(ends))
            # A letter of a label is about 110 days wide on this axis.
            ends[line : line + 1] = [max(row.last, row.first + pd.Timedelta(days=110 * len(row.label) + 60))]
            placed.append((base + line, row, lanes[lane]))
        ticks.append((base + (len(ends) - 1) / 2, lane))
        base += len(ends)
        edges.append(base - 0.6)
    figure, axes = canvas(WIDTH, 0.27 * base + 0.6)
    for y, row, colour in placed:
        axes.hlines(y, row.first, row.last, color=NEUTRAL, lw=1.2, zorder=2)
        if pd.notna(row.sure_last) and pd.notna(row.sure_first) and row.sure_first <= row.sure_last:
            style = {"facecolor": colour} if row.holder else {"facecolor": "white", "hatch": "/////"}
            axes.barh(y, row.sure_last - row.sure_first, left=row.sure_first, height=0.34, edgecolor=colour, lw=0.8,
                      zorder=3, **style)
        axes.annotate(row.label, (row.first, y), xytext=(0, 3.5), textcoords="offset points", fontsize=6.5, zorder=4)
    for edge in edges[:-1]:
        axes.axhline(edge, color="#dddddd", lw=0.8, zorder=1)
    axes.set_yticks(*map(list, zip(*ticks, strict=True)))
    axes.set_ylim(base - 0.5, -0.9)
    axes.set_xlim(*date2num([pd.Timestamp("1992-01-01"), pd.Timestamp(as_of)]))
    axes.xaxis.set_major_locator(YearLocator(4))
    axes.tick_params(axis="y", length=0)
    return figure


def holders(wb: Workbook, body: str, role: str, day: str) -> list[str]:
    """Names of the persons who held a role in a body on a day."""
    held = on_day(wb, day).merge(wb.actors[["actor_id", "kind"]], on="actor_id")
    return sorted(held.query("body_id == @body and role == @role and kind == 'person'")["holder"])


def tree(wb: Workbook, root: str) -> pd.DataFrame:
    """A body and all its parts, depth first.

    Returns
    -------
    DataFrame
        Rows of ``actors`` with ``depth`` (0 for the root), children in order of name.
    """
    bodies = wb.actors.query("kind == 'body'").sort_values(["name", "actor_id"])
    graph = nx.DiGraph([(p, a) for a, p in zip(bodies["actor_id"], bodies["parent_id"], strict=True) if p])
    depth = {root: 0}
    for parent, child in nx.dfs_edges(graph, root):
        depth[child] = depth[parent] + 1
    return bodies.set_index("actor_id").loc[list(depth)].assign(depth=list(depth.values())).reset_index()
