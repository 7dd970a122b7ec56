"""Who sat where: memberships, terms of office, and snapshots of the network on one day."""

from __future__ import annotations

import networkx as nx
import pandas as pd

from . import dates
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
