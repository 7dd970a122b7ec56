"""How much a record may lack, estimated from how often its members were seen (capture and recapture)."""

from __future__ import annotations

from math import exp, log1p, sqrt

import pandas as pd


def chao(seen: pd.Series) -> dict[str, float]:
    """At least how many members a population has, from how many lists name each known one.

    Parameters
    ----------
    seen : Series of int
        For each known member the number of lists that name it, one or more.

    Returns
    -------
    dict
        ``known``, ``once`` and ``twice`` (members), ``estimate``, ``low`` and ``high`` (limits of its 95% interval).

    Raises
    ------
    ValueError
        When no member is on exactly two lists.

    Notes
    -----
    A. Chao (1987), "Estimating the population size for capture-recapture data with unequal catchability", Biometrics
    43, 783-791: members on one list and on two bound those on none from below, however unlike the members are. The
    lists must be independent of one another; where they copy one another the bound is too low.
    """
    known, once, twice = len(seen), int((seen == 1).sum()), int((seen == 2).sum())
    if not twice:
        raise ValueError("no member is on exactly two lists; the estimate needs some")
    ratio = once / twice
    limits = _interval(known, once * ratio / 2, twice * (ratio**2 / 2 + ratio**3 + ratio**4 / 4))
    return {"known": known, "once": once, "twice": twice, **limits}


def chapman(first: set, second: set) -> dict[str, float]:
    """How many members a population has, from the overlap of two lists of it.

    Parameters
    ----------
    first, second : set
        The members that each list names.

    Returns
    -------
    dict
        ``first``, ``second``, ``both`` (members), ``estimate``, ``low`` and ``high`` as in `chao`.

    Notes
    -----
    Lincoln and Petersen's ratio with the correction of D. G. Chapman (1951) and the variance of G. A. F. Seber (1970),
    "The effects of trap response on tag recapture estimates", Biometrics 26, 13-22. The interval is that of `chao`.
    """
    a, b, both = len(first), len(second), len(first & second)
    estimate = (a + 1) * (b + 1) / (both + 1) - 1
    variance = (a + 1) * (b + 1) * (a - both) * (b - both) / ((both + 1) ** 2 * (both + 2))
    known = len(first | second)
    return {"first": a, "second": b, "both": both, **_interval(known, estimate - known, variance)}


def _interval(known: int, unseen: float, variance: float) -> dict[str, float]:
    # Log-normal in the unseen (Chao 1987), so that the lower limit is never below what is known.
    factor = exp(1.96 * sqrt(log1p(variance / unseen**2))) if unseen else 1
    return {"estimate": known + unseen, "low": known + unseen / factor, "high": known + unseen * factor}
