"""Public statements: their words counted, and what two readings coded in them compared.

Only the Basel statement is reproduced. Of the other texts the data hold counts; `features` makes them, from any text.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, namedtuple
from hashlib import sha1
from pathlib import Path

import krippendorff
import numpy as np
import pandas as pd

from . import adding, dates
from .tables import Workbook

LENGTH = 5  # tokens in a shingle
Features = namedtuple("Features", "terms shingles measures")
_TOKEN = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_SENTENCE = re.compile(r"""(?:(?<=[.!?])|(?<=[.!?]["'”’»)]))\s+(?=["'“‘«(]*[A-ZÀ-ÞЀ-Я0-9])""")


def tokens(text: str) -> list[str]:
    """Words of a text: NFKC, straight apostrophes, lower case; runs of letters with inner ``'`` or ``-``."""
    return _TOKEN.findall(unicodedata.normalize("NFKC", text).replace("’", "'").lower())


def sentences(text: str) -> list[str]:
    """Sentences of a text.

    A sentence ends at ``.``, ``!`` or ``?`` (and closing quotes) before white space and a capital, a quotation mark or
    a digit; none crosses a line break.
    """
    return [s for paragraph in text.splitlines() if paragraph.strip() for s in _SENTENCE.split(paragraph.strip())]


def features(text: str) -> Features:
    """Counts of one text; a corpus goes through it text by text, and nothing of a text is kept.

    Parameters
    ----------
    text : str
        Without dateline; paragraphs separated by line breaks.

    Returns
    -------
    terms : Counter
        How often each token occurs.
    shingles : set of str
        First 16 hexadecimal digits of the SHA-1 of each five consecutive tokens joined by spaces (Broder 1997, "On the
        resemblance and containment of documents"). They run over sentences and paragraphs.
    measures : dict
        ``tokens``, ``types`` (different tokens), ``sentences``, and sentences that ``names_armenia_first``,
        ``names_azerbaijan_first`` or ``names_one_side_only``. A side is named by any token that begins with its English
        name ("Armenian", "Azerbaijan's") and by a part of a compound ("Armenia-Azerbaijan").
    """
    words, parts = tokens(text), sentences(text)
    grams = zip(*(words[i:] for i in range(LENGTH)), strict=False)
    # Where each sentence first names either side; -1 where it does not.
    named = [(s.lower().find("armenia"), s.lower().find("azerbaijan")) for s in parts]
    both = [a < z for a, z in named if min(a, z) >= 0]
    measures = {
        "tokens": len(words),
        "types": len(set(words)),
        "sentences": len(parts),
        "names_armenia_first": sum(both),
        "names_azerbaijan_first": len(both) - sum(both),
        "names_one_side_only": sum((a < 0) != (z < 0) for a, z in named),
    }
    return Features(Counter(words), {sha1(" ".join(g).encode()).hexdigest()[:16] for g in grams}, measures)


def rows(statement_id: str, text: str) -> dict[str, pd.DataFrame]:
    """The features of a text as rows of the data, to be written beside its row in ``statements``.

    Returns
    -------
    dict of DataFrame
        ``statement_terms``, ``statement_shingles`` and ``statement_measures``, each with the columns, types and order
        of that table.

    Raises
    ------
    ValueError
        When the text has no words.
    """
    terms, shingles, measures = features(text)
    if not terms:
        raise ValueError(f"the text of {statement_id!r} has no words")
    tables = {
        "statement_terms": pd.DataFrame({"term": sorted(terms)}, dtype=object).assign(
            count=pd.Series([terms[term] for term in sorted(terms)], dtype="Int64")),
        "statement_shingles": pd.DataFrame({"shingle": sorted(shingles)}, dtype=object),
        "statement_measures": pd.DataFrame([measures], dtype="Int64"),
    }
    for frame in tables.values():
        frame.insert(0, "statement_id", pd.Series(statement_id, index=frame.index, dtype=object))
    return tables


def add_statement(wb: Workbook, file: str | Path, row: dict, sources) -> adding.Diff:
    """Add a statement that was read whole: its metadata, sources and counts. The text is not kept.

    Parameters
    ----------
    wb : Workbook
        As loaded from the folder to add to.
    file : path
        The text alone, in UTF-8, without dateline; paragraphs separated by line breaks.
    row : dict
        The row of ``statements``; ``text_seen`` is filled in.
    sources
        Rows of ``sources``, or ids of some that are there, as `minsk.add` takes them.

    Returns
    -------
    Diff
        What was added to which file.

    Raises
    ------
    DataError
        When anything is wrong with the rows; nothing is written.
    ValueError
        When the text has no words.
    """
    counts = rows(row["statement_id"], Path(file).read_text("utf-8"))
    return adding.add(wb, {"statements": {**row, "text_seen": "full"}, "sources": sources, **counts})


def reading(wb: Workbook, statement_id: str) -> pd.DataFrame:
    """A statement sentence by sentence, in reading order.

    Returns
    -------
    DataFrame
        ``paragraph``, ``sentence``, ``words`` (number of tokens), ``speech_act``, ``addressee``, ``text``, ``note``.

    Raises
    ------
    KeyError
        When the sentences of the statement are not in the data.
    """
    found = wb.statement_sentences.query("statement_id == @statement_id").sort_values("sentence")
    if found.empty:
        raise KeyError(f"no sentences of {statement_id!r}; only the Basel statement is reproduced")
    found = found.assign(words=[len(tokens(t)) for t in found["text"]])
    return found[["paragraph", "sentence", "words", "speech_act", "addressee", "text", "note"]].reset_index(drop=True)


def full(wb: Workbook) -> pd.DataFrame:
    """The statements whose full text was read, in order of time; only there is silence a finding."""
    return wb.statements.query("text_seen == 'full'").sort_values(["date", "statement_id"], ignore_index=True)


def coded(wb: Workbook, coder: str) -> pd.DataFrame:
    """Which codes (columns) a coder gave to the full texts (rows, in order of time).

    Parameters
    ----------
    wb : Workbook
    coder : str
        ``a``, ``b`` or ``agreed``.

    Returns
    -------
    DataFrame of bool, shape (texts, codes)
    """
    given = wb.statement_codes.query("coder == @coder")
    given = pd.crosstab(given["statement_id"], given["code"]).astype(bool)
    return given.reindex(index=full(wb)["statement_id"], columns=wb.codebook["code"], fill_value=False)


def reliability(a: pd.DataFrame, b: pd.DataFrame, draws: int = 2000, seed: int = 1992) -> pd.DataFrame:
    """Agreement of two codings, code by code.

    Parameters
    ----------
    a, b : DataFrame of bool, shape (texts, codes)
        As `coded` gives them.
    draws, seed : int
        Bootstrap samples of texts, and the seed of their generator.

    Returns
    -------
    DataFrame
        Indexed by code: ``both``, ``only_a``, ``only_b``, ``neither`` (texts), ``alpha`` (Krippendorff's, nominal; NaN
        when the code is given always or never) and its 95% percentile interval ``low``, ``high``, over the samples in
        which alpha is defined.
    """
    out = pd.DataFrame({"both": (a & b).sum(), "only_a": (a & ~b).sum(), "only_b": (b & ~a).sum(),
                        "neither": (~a & ~b).sum()})
    varied = (a | b).any() & ~(a & b).all()
    out["alpha"] = [krippendorff.alpha(np.array([a[c], b[c]], float), level_of_measurement="nominal")
                    if varied[c] else np.nan for c in a]
    # To resample texts is to redraw the four counts; two coders without gaps have alpha in closed form.
    n, cells = len(a), out[["both", "only_a", "only_b", "neither"]]
    drawn = np.random.default_rng(seed).multinomial(n, cells.to_numpy() / n, size=(draws, len(out)))
    differ = drawn[..., 1] + drawn[..., 2]
    ones = 2 * drawn[..., 0] + differ
    pairs = np.where((ones > 0) & (ones < 2 * n), ones * (2.0 * n - ones), np.nan)
    limits = pd.DataFrame(1 - (2 * n - 1) * differ / pairs, columns=out.index).quantile([0.025, 0.975])
    return out.assign(low=limits.loc[0.025], high=limits.loc[0.975])


def novelty(shingles: pd.DataFrame, order: list[str], draws: int = 999, seed: int = 1992) -> pd.DataFrame:
    """How much of each text had stood in earlier ones, and in as many texts drawn from the whole corpus.

    Parameters
    ----------
    shingles : DataFrame
        As the table ``statement_shingles``.
    order : list of str
        Ids of the texts to compare, in order of time.
    draws, seed : int
        Shuffled orders, and the seed of their generator. In each, a text keeps its place and all others are shuffled.

    Returns
    -------
    DataFrame
        Indexed by statement, in order: ``shingles`` (number), ``seen`` (the share that stands in some earlier text),
        ``shuffled`` (its mean over the shuffled orders) with the middle 95% ``low``, ``high``; ``nearest``, the
        earlier text that shares most (of equals the latest; empty when none shares any), ``shared``, the share there.
    """
    at = pd.crosstab(shingles["shingle"], shingles["statement_id"]).reindex(columns=order, fill_value=0).to_numpy()
    size, at = at.sum(axis=0), at[at.sum(axis=1) > 1].astype(np.float32)  # what stands once is never seen before
    keys, found = np.random.default_rng(seed).random((draws, len(order))), []
    for k, name in enumerate(order):
        mine = at[at[:, k] > 0]
        others = np.where(np.arange(len(order)) == k, 2, keys)  # the text itself comes after all others
        before = others < np.partition(others, k, axis=1)[:, [k]]  # the k texts that the shuffle puts first
        drawn = ((before.astype(np.float32) @ mine.T) > 0).sum(axis=1) / size[k]
        overlap = mine[:, :k].sum(axis=0)[::-1]
        best = int(overlap.argmax()) if overlap.any() else None
        found.append({"statement_id": name, "shingles": size[k], "seen": (mine[:, :k].sum(axis=1) > 0).sum() / size[k],
                      "shuffled": drawn.mean(), "low": np.quantile(drawn, 0.025), "high": np.quantile(drawn, 0.975),
                      "nearest": "" if best is None else order[k - 1 - best],
                      "shared": 0.0 if best is None else overlap[best] / size[k]})
    return pd.DataFrame(found).set_index("statement_id")


def distinctive(terms: pd.DataFrame, group: pd.Series, least: int = 5) -> pd.DataFrame:
    """Words that set a group of texts apart from the rest.

    Log-odds with an informative Dirichlet prior (Monroe, Colaresi and Quinn 2008, "Fightin' Words", Political Analysis
    16:372). The prior is the whole corpus, with the weight of one text of average length.

    Parameters
    ----------
    terms : DataFrame
        As the table ``statement_terms``.
    group : Series of bool
        By statement id: in the group or not; texts that are not in the index are left out.
    least : int
        Words in fewer texts are left out of the result; they do count in the totals.

    Returns
    -------
    DataFrame
        Indexed by term, in falling order of z: ``inside``, ``outside`` (occurrences), ``texts``, ``log_odds`` (of the
        group over the rest), ``z``, and ``weakest``, the z that is nearest to zero, or beyond it, when one text is left
        out.
    """
    counts = terms[terms["statement_id"].isin(group.index)].astype({"count": float})
    counts = counts.pivot(index="statement_id", columns="term", values="count").reindex(group.index).fillna(0)
    y, member = counts.to_numpy(), group.to_numpy(bool)
    prior = y.sum(axis=0) / len(y)

    def scores(inside, outside):
        odds, variance = 0, 0
        for sign, part in ((1, inside), (-1, outside)):
            mine = part + prior
            odds = odds + sign * np.log(mine / (mine.sum(axis=-1, keepdims=True) - mine))
            variance = variance + 1 / mine
        return odds, odds / np.sqrt(variance)

    inside, outside = y[member].sum(axis=0), y[~member].sum(axis=0)
    odds, z = scores(inside, outside)
    without = scores(inside - y * member[:, None], outside - y * ~member[:, None])[1]
    out = pd.DataFrame({"inside": inside.astype(int), "outside": outside.astype(int), "texts": (y > 0).sum(axis=0),
                        "log_odds": odds, "z": z, "weakest": np.where(z > 0, without.min(axis=0), without.max(axis=0))},
                       index=counts.columns)
    return out[out["texts"] >= least].sort_values("z", ascending=False)


def references(wb: Workbook) -> pd.DataFrame:
    """The documents and meetings of the record that statements name, each once a statement.

    Returns
    -------
    DataFrame
        ``statement_id``, ``target`` (an event, else a statement) and its ``title``, ``target_statement`` (empty when
        what is named is no statement), ``when`` it was named and ``made`` (the first day each date can stand for), and
        the ``years`` between.
    """
    events = wb.events.set_index("event_id")[["title", "start"]].set_axis(["title", "date"], axis=1)
    known = pd.concat([events, wb.statements.set_index("statement_id")[["title", "date"]]])
    known = known[~known.index.duplicated()]
    known["made"] = dates.bounds(known.pop("date"))["earliest"]
    named = wb.statement_references.rename(columns={"referenced_id": "target_statement"})
    named["target"] = named["event_id"].where(named["event_id"] != "", named["target_statement"])
    out = named[named["target"] != ""].drop_duplicates(["statement_id", "target"]).join(known, on="target")
    out["when"] = out["statement_id"].map(dates.bounds(wb.statements.set_index("statement_id")["date"])["earliest"])
    out["years"] = (out["when"] - out["made"]).dt.days / 365.25
    return out[["statement_id", "target", "title", "target_statement", "made", "when", "years"]].reset_index(drop=True)
