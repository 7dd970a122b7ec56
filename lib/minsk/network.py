"""Who sat where and who met whom: memberships, terms of office, snapshots of one day, and the two-mode network."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import combinations
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd

from . import dates
from .chronology import dated
from .tables import Workbook, rowwise

# Events at which states and bodies dealt with one another, by their kind.
ENCOUNTERS = ["agreement", "ceasefire", "meeting", "proposal", "visit"]


def terms(wb: Workbook) -> pd.DataFrame:
    """Roles with the longest and the certain time they can have lasted.

    Returns
    -------
    DataFrame
        The table ``roles`` with ``holder`` (a name; empty for a vacant seat or an unknown holder), and
        as days ``first`` and ``last`` (the longest; NaT when a limit is unknown), ``sure_first`` and ``sure_last``
        (the certain part). An open end is the as-of date.
    """
    names = dict(zip(wb.actors["actor_id"], wb.actors["name"], strict=True))
    start = [dates.parse(s) for s in wb.roles["start"]]
    end = [dates.parse(wb.as_of if e == dates.OPEN else e) for e in wb.roles["end"]]
    return wb.roles.join(pd.DataFrame({
        "holder": np.array([names.get(actor, "") for actor in wb.roles["actor_id"]], dtype=object),
        "first": dates.stamps([s and s.earliest for s in start]),
        "sure_first": dates.stamps([s and s.latest for s in start]),
        "sure_last": dates.stamps([e and e.earliest for e in end]),
        "last": dates.stamps([e and e.latest for e in end]),
    }, index=wb.roles.index))


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
    held = terms(wb)
    there = (held["first"] <= when) & (held["last"].fillna(held["sure_first"]) >= when)
    return held[there & (held["actor_id"] != "")]


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
    graph = nx.Graph(day=day)
    held = on_day(wb, day).sort_values("role_id")
    for actor, body, role, state in rowwise(held, ["actor_id", "body_id", "role", "on_behalf_of"]):
        graph.add_edge(actor, body, role=role)
        if state not in ("", actor, body):
            graph.add_edge(actor, state, role="on behalf of")
    for name in ("kind", "name"):
        given = dict(zip(wb.actors["actor_id"], wb.actors[name], strict=True))
        nx.set_node_attributes(graph, {actor: given[actor] for actor in graph}, name)
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
    states = set(wb.actors.loc[wb.actors["kind"] == "state", "actor_id"])
    rows = terms(wb)
    rows = rows[(rows["body_id"] == body) & rows["actor_id"].isin(states)]
    # The strongest role of the year names the cell.
    rank = ["co_chair", "chair", "party", "member", "invited", "troika"]
    cells = {}
    for row in rows.sort_values("role", key=lambda c: c.map(rank.index), ascending=False).itertuples():
        last = row.last if pd.notna(row.last) else row.sure_first
        when = [y for y in years if row.first.year <= y <= last.year] if pd.notna(row.first) else ["no date"]
        cells |= {(row.holder, y): row.role for y in when}
    holders = sorted(rows["holder"].unique())
    columns = {y: [cells.get((h, y), "") for h in holders] for y in (*years, "no date")}
    return pd.DataFrame(columns, index=holders, dtype=object)


def calendar(rows: pd.DataFrame, first: str = "first", last: str = "last") -> pd.DataFrame:
    """Who held each seat on each day.

    Parameters
    ----------
    rows : DataFrame
        Rows of `terms` with a column ``lane``, the seat; those without both limits are left out.
    first, last : str
        Columns that bound a term: the longest time by default, else ``sure_first`` and ``sure_last``.

    Returns
    -------
    DataFrame of str, shape (days, seats)
        Names in order of entry, joined by " / " where terms overlap; empty when nobody is named.
    """
    rows = rows.dropna(subset=[first, last]).sort_values([first, "role_id"])
    days = pd.date_range(rows[first].min(), rows[last].max())
    seats = {lane: np.full(len(days), "", dtype=object) for lane in sorted(rows["lane"].unique())}
    starts, ends = ((rows[limit] - days[0]).dt.days for limit in (first, last))
    for lane, holder, start, end in zip(rows["lane"], rows["holder"], starts, ends, strict=True):
        there = seats[lane][start : end + 1] if holder and start <= end else []
        there[:] = [f"{before} / {holder}" if before else holder for before in there]
    return pd.DataFrame(seats, index=days)


def spells(days: pd.DataFrame) -> pd.DataFrame:
    """Runs of days on which the same persons sat in all seats of a `calendar`, with their length in days."""
    names = days.to_numpy(object)
    starts = np.flatnonzero([True, *(names[1:] != names[:-1]).any(axis=1)])
    ends = np.append(starts[1:], len(days)) - 1
    return days.iloc[starts].assign(start=days.index[starts], end=days.index[ends], days=ends - starts + 1)


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
    bodies = wb.actors[wb.actors["kind"] == "body"].sort_values(["name", "actor_id"])
    graph = nx.DiGraph([(p, a) for a, p in zip(bodies["actor_id"], bodies["parent_id"], strict=True) if p])
    depth = {root: 0}
    for parent, child in nx.dfs_edges(graph, root):
        depth[child] = depth[parent] + 1
    return bodies.set_index("actor_id").loc[list(depth)].assign(depth=list(depth.values())).reset_index()


def attendance(wb: Workbook) -> pd.DataFrame:
    """Which states and bodies were at which encounter.

    A person stands for the state or body spoken for; one who was a co-chair of the Group that day, for the co-chairs.

    Returns
    -------
    DataFrame
        ``event_id``, ``phase_id``, ``actor_id`` of events held, of a kind in `ENCOUNTERS`, with two actors or more; in
        order of time, then of actor.
    """
    events, roles, chairs = dated(wb), terms(wb), defaultdict(list)
    events = events[(events["outcome"] == "held") & events["kind"].isin(ENCOUNTERS)].reset_index(names="nth")
    held = {event: at for event, *at in rowwise(events, ["event_id", "nth", "phase_id", "earliest", "latest"])}
    roles = roles[(roles["body_id"] == "minsk-group-co-chairs") & (roles["role"] == "co_chair")]
    for actor, state, first, last, sure in rowwise(roles, ["actor_id", "on_behalf_of", "first", "last", "sure_first"]):
        if state != actor:
            chairs[actor].append((first, sure if pd.isna(last) else last))
    found = set()
    for event, actor, state in rowwise(wb.event_participants, ["event_id", "actor_id", "on_behalf_of"]):
        if event in held:
            nth, phase, earliest, latest = held[event]
            sat = any(first <= latest and last >= earliest for first, last in chairs[actor])
            found.add((nth, event, phase, "minsk-group-co-chairs" if sat else state or actor))
    rows = pd.DataFrame(sorted(found), columns=["nth", "event_id", "phase_id", "actor_id"], dtype=object)
    return rows.loc[rows.duplicated("event_id", keep=False), ["event_id", "phase_id", "actor_id"]]


def projection(rows: pd.DataFrame) -> nx.Graph:
    """Actors tied by the events they shared, an event of n actors adding 1 / (n - 1) to each tie (Newman 2001,
    Physical Review E 64:016132)."""
    both = nx.Graph(zip(rows["actor_id"], rows["event_id"], strict=True))
    tied = nx.bipartite.collaboration_weighted_projected_graph(both, sorted(set(rows["actor_id"])))
    # networkx sums in no fixed order; equal ties shall stay equal.
    return nx.Graph(sorted((*sorted(ends), {"weight": round(w, 9)}) for *ends, w in tied.edges(data="weight")))


def excess(rows: pd.DataFrame, least: int = 3, draws: int = 1000, seed: int = 0) -> pd.DataFrame:
    """Ties of one phase against a null that keeps how many events each actor attended and how many actors each had.

    Draws are states of 50 chains of global curveball trades (Carstens et al. 2018, ESA, LIPIcs 112:11): actors are
    paired by lot, and the events at which only one of a pair was are dealt out anew between the two. One such trade
    lies between two draws of a chain and 20 before its first.

    Parameters
    ----------
    rows : DataFrame
        ``event_id`` and ``actor_id``, as `attendance` returns them.
    least : int
        Pairs of actors with fewer events each are left out; whether a pair met plays no part, so that none is favoured.
    draws, seed : int
        Draws are a multiple of 50; the seed is that of numpy's default generator.

    Returns
    -------
    DataFrame
        One row a pair: ``a``, ``b``, ``events`` (shared), ``weight`` (Newman's), ``expected`` (mean over the draws) and
        ``p`` (share of the draws and the data with a weight no smaller).
    """
    (at, actors), (where, met) = (pd.factorize(rows[c], sort=True) for c in ("actor_id", "event_id"))
    grid = np.zeros((len(actors), len(met)), dtype=bool)
    grid[at, where] = True
    often, share = np.flatnonzero(grid.sum(axis=1) >= least), 1 / (grid.sum(axis=0) - 1)

    def weights(grids):
        some = grids[:, often].astype(float)
        return (some * share) @ some.transpose(0, 2, 1)

    rng, now, weight = np.random.default_rng(seed), np.tile(grid, (50, 1, 1)), weights(grid[None])[0]
    total, beyond = np.zeros_like(weight), np.ones_like(weight)
    for step in range(20 + draws // 50):
        one, other = rng.permutation(len(grid))[: len(grid) // 2 * 2].reshape(2, -1)
        mine, theirs = now[:, one], now[:, other]
        both, only = mine & theirs, mine ^ theirs
        # Each event draws a lot; of those at which only one was, the lowest go to the one until it has its number.
        lots, number = rng.random(only.shape) + ~only, (mine & only).sum(axis=2, keepdims=True)
        dealt = lots < np.take_along_axis(np.sort(lots, axis=2), number, axis=2)
        now[:, one], now[:, other] = both | dealt, both | only & ~dealt
        if step >= 20:
            found = weights(now)
            total, beyond = total + found.sum(axis=0), beyond + (found >= weight - 1e-9).sum(axis=0)
    i, j = np.triu_indices(len(often), 1)
    return pd.DataFrame({"a": actors[often[i]], "b": actors[often[j]],
                         "events": (grid[often[i]] & grid[often[j]]).sum(axis=1), "weight": weight[i, j],
                         "expected": total[i, j] / draws, "p": beyond[i, j] / (draws + 1)})


def brokerage(rows: pd.DataFrame, source: str, target: str) -> pd.DataFrame:
    """Share of the shortest paths between two sides, their own direct tie set aside, that lead through each actor.

    A tie is as long as its Newman weight is small (networkx ``betweenness_centrality_subset``).

    Returns
    -------
    DataFrame
        Indexed by actor: ``share``, and its ``low`` and ``high`` when any one event is left out.
    """
    actors, met = sorted(set(rows["actor_id"])), defaultdict(list)
    for event, actor in rowwise(rows, ["event_id", "actor_id"]):
        met[event].append(actor)
    ties = {tuple(sorted(ends)): weight for *ends, weight in projection(rows).edges(data="weight")}
    ties.pop(tuple(sorted([source, target])), None)

    def shares(without=()):
        less = {pair: 1 / (len(without) - 1) for pair in combinations(without, 2)}
        left = ((*tie, weight - less.get(tie, 0)) for tie, weight in ties.items())
        graph = nx.Graph()
        graph.add_nodes_from(actors)
        # Rounded, so that equally long ways compare equal.
        graph.add_weighted_edges_from(((a, b, round(1 / w, 6)) for a, b, w in left if w >= 1e-6), "length")
        return nx.betweenness_centrality_subset(graph, [source], [target], weight="length")

    # Events with the same actors are the same to leave out.
    parts = [shares(), *(shares(who) for who in sorted({tuple(sorted(who)) for who in met.values()}))]
    found = {a: [parts[0][a], *(f(part[a] for part in parts[1:]) for f in (min, max))] for a in actors}
    out = 2 * pd.DataFrame.from_dict(found, "index", columns=["share", "low", "high"])
    return out.drop([source, target])  # doubled, since networkx halves the counts of an undirected graph


def _disjoint(spells: list[tuple[str, str]]) -> list[tuple[str | None, str | None]]:
    """Spells in order, those that overlap made one; an empty text is an open side."""
    out: list[list[str]] = []
    for start, end in sorted((a, b or "9") for a, b in spells if a or b):
        if not out or start > out[-1][1]:
            out.append([start, end])
        out[-1][1] = max(out[-1][1], end)
    return [(a or None, None if b == "9" else b) for a, b in out]


def export(wb: Workbook, path: str | Path) -> tuple[Path, Path]:
    """Write the roles as a network that Gephi and others open: ``path``.gexf (dynamic) and ``path``.graphml.

    An edge joins a holder to a body, or to the state spoken for. Its spells are the longest times the roles can have
    lasted, those that overlap made one, as Gephi wants them. Where an end is unknown a role lasts no longer than its
    start says; where a start is unknown its side is open; without any date there is no spell. GraphML knows no spells:
    both files carry them as text too.

    Returns
    -------
    gexf, graphml : Path
    """
    graph, rows = nx.Graph(name="Roles in the Minsk process"), terms(wb).sort_values("role_id")
    limits = (rows["first"], rows["last"].fillna(rows["sure_first"]))
    spells = zip(*(days.dt.strftime("%Y-%m-%d").fillna("") for days in limits), strict=True)
    cells = rowwise(rows, ["actor_id", "on_behalf_of", "body_id", "role", "start", "end"])
    for (actor, state, body, office, start, end), spell in zip(cells, spells, strict=True):
        for other, role in {state: "on behalf of", body: office}.items():
            if actor and other not in ("", actor):
                old = graph.get_edge_data(actor, other, {"spells": [], "roles": ""})
                said = f"{old['roles']}; {role} ({start or '?'}/{end or '?'})".lstrip("; ")
                graph.add_edge(actor, other, spells=[*old["spells"], spell], roles=said)
    for row in wb.actors[wb.actors["actor_id"].isin(graph)].itertuples():
        ties = graph.edges(row.actor_id, data="spells")
        graph.add_node(row.actor_id, label=row.name, kind=row.kind, spells=[s for *_, spells in ties for s in spells])
    everything = [data for *_, data in (*graph.nodes(data=True), *graph.edges(data=True))]
    for data in everything:
        data["spells"] = _disjoint(data["spells"])
        data["dates"] = "; ".join(f"{a or '?'}/{b or '?'}" for a, b in data["spells"])
    gexf, graphml = (Path(f"{path}.{end}") for end in ("gexf", "graphml"))
    # networkx writes the day of writing; ours is the day as of which the data stand.
    text = re.sub('lastmodifieddate="[^"]*"', f'lastmodifieddate="{wb.as_of}"', "\n".join(nx.generate_gexf(graph)))
    gexf.write_text(text + "\n", "utf-8")
    for data in everything:
        del data["spells"]
    nx.write_graphml_xml(graph, graphml)
    return gexf, graphml
