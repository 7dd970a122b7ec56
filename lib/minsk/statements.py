"""Public statements: their words counted, and the Basel statement read closely."""

from __future__ import annotations

import re
import unicodedata

import pandas as pd

from .tables import Workbook

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
    rows = wb.statement_sentences.query("statement_id == @statement_id").sort_values("sentence")
    if rows.empty:
        raise KeyError(f"no sentences of {statement_id!r}; only the Basel statement is reproduced")
    rows = rows.assign(words=[len(tokens(t)) for t in rows["text"]])
    return rows[["paragraph", "sentence", "words", "speech_act", "addressee", "text", "note"]].reset_index(drop=True)
