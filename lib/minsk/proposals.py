"""Settlement proposals: what each text says on a fixed list of elements, and what it has in common with others."""

from __future__ import annotations

import numpy as np
import pandas as pd

from . import dates
from .tables import Workbook

SILENT = "not_mentioned"


def grid(wb: Workbook) -> pd.DataFrame:
    """Values of the elements (columns, in their order) in the texts (rows, in time order); NaN where not known.

    A text dated to a month or year stands at the middle of it; texts of one day stand in order of id.
    """
    middle = dates.bounds(wb.proposals["date"])[["earliest", "latest"]].mean(axis=1)
    texts = wb.proposals.assign(middle=middle).sort_values(["middle", "proposal_id"])["proposal_id"]
    cells = wb.proposal_elements.pivot(index="proposal_id", columns="element_id", values="value").astype(object)
    return cells.mask(cells == "not_known").reindex(index=texts, columns=wb.elements.sort_values("order")["element_id"])


def heritage(cells: pd.DataFrame) -> pd.DataFrame:
    """How each value stands to those of earlier texts on the same element.

    Parameters
    ----------
    cells : DataFrame
        As `grid` gives it. Every value counts; mask those that should not, such as silence.

    Returns
    -------
    DataFrame of str, of the same shape
        ``last``: as in the last earlier text known on it; ``earlier``: not so, but as in some earlier text; ``new``: in
        no earlier text; ``first``: no earlier text is known on the element; empty: not known.
    """
    def column(values):
        kinds, seen = [], []
        for v in values:
            if isinstance(v, str):
                kinds.append("first" if not seen else "last" if v == seen[-1] else "earlier" if v in seen else "new")
                seen.append(v)
            else:
                kinds.append("")
        return kinds

    return pd.DataFrame({name: column(cells[name]) for name in cells}, cells.index, cells.columns, dtype=object)


def inherited(cells: pd.DataFrame) -> pd.DataFrame:
    """Counts of `heritage` for each text.

    Returns
    -------
    DataFrame of int
        ``first``, ``new``, ``earlier``, ``last``; ``compared`` (all but the first) and ``kept`` (earlier or last).
    """
    kinds = heritage(cells)
    out = pd.DataFrame({kind: (kinds == kind).sum(axis=1) for kind in ("first", "new", "earlier", "last")})
    return out.assign(compared=out["new"] + out["earlier"] + out["last"], kept=out["earlier"] + out["last"])


def appearances(cells: pd.DataFrame) -> pd.DataFrame:
    """For each element: how many texts speak of it, how many are silent, how many values; first and last text."""
    said = cells.mask(cells == SILENT)
    ends = {"first": said.apply(pd.Series.first_valid_index), "last": said.apply(pd.Series.last_valid_index)}
    return pd.DataFrame({"texts": said.count(), "silent": (cells == SILENT).sum(), "values": said.nunique(), **ends})


def neighbours(cells: pd.DataFrame, least: int) -> pd.DataFrame:
    """Likeness of every two texts by what they say.

    The Jaccard index (Jaccard 1901, Bulletin de la Société vaudoise des sciences naturelles 37:547) of their sets of
    element = value, over the elements known in both; silence is known but is no value, and elements on which both are
    silent are left out.

    Parameters
    ----------
    cells : DataFrame
        As `grid` gives it.
    least : int
        Pairs with fewer shared known elements are left out.

    Returns
    -------
    DataFrame
        ``text``, ``other`` (each pair both ways round), ``shared`` (elements), ``same`` (values), ``jaccard``; for each
        text the nearest first, ties by more shared elements, then in time order.
    """
    words = cells.to_numpy(object)
    values = np.reshape(pd.factorize(words.ravel())[0], words.shape)  # numbers compare faster; not known is -1
    known, silent = values >= 0, words == SILENT
    both = known[:, None] & known & ~(silent[:, None] & silent)
    shared, same = both.sum(axis=2), (both & (values[:, None] == values)).sum(axis=2)
    said = (both & ~silent[:, None]).sum(axis=2) + (both & ~silent).sum(axis=2)
    jaccard = same / np.maximum(said - same, 1)
    i, j = np.nonzero((shared >= max(least, 1)) & ~np.eye(len(cells), dtype=bool))
    order = np.lexsort((j, -shared[i, j], -jaccard[i, j], i))
    i, j = i[order], j[order]
    return pd.DataFrame({"text": cells.index[i], "other": cells.index[j], "shared": shared[i, j], "same": same[i, j],
                         "jaccard": jaccard[i, j]})
