"""How things look: one style, one colour for each actor, and figures, tables and sentences to show.

Nothing from a CSV cell is ever rendered as markup: `table` and `say` escape what they are given.
"""

from __future__ import annotations

import html
import io
import re
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib import style
from matplotlib.figure import Figure
from PIL import Image

STYLE = Path(__file__).with_name("house.mplstyle")
# None is a flag's colour of the side it stands for. Any two stay apart in the three kinds of colour blindness (a test
# simulates them); in grey a marker tells apart what the colour does not.
COLOURS = dict(arm="#571c5f", aze="#9c7212", co_chairs="#1a1a1a", osce="#474545", rus="#715021", usa="#447261",
               fra="#d371ba", eu="#7bbd2c", un="#5dacfc", cis="#dbbe94", bilateral="#df437d", other="#b0b0b0")
MARKERS = dict(co_chairs="o", osce="h", rus="s", usa="^", fra="v", eu="D", un="P", cis="p", bilateral="X", other="d")
WIDTH = 7.5
NEUTRAL, PALE, INK = "#8a8a8a", "#ececec", "#222222"


def canvas(width: float = WIDTH, height: float = 4, **subplots):
    """A figure and its axes in the house style.

    Parameters
    ----------
    width, height : float
        Inches; `WIDTH` is that of a page here.
    **subplots
        As for `matplotlib.figure.Figure.subplots`.

    Returns
    -------
    Figure, Axes (or array of Axes)
    """
    with style.context(STYLE):
        figure = Figure(figsize=(width, height), layout="constrained")
        return figure, figure.subplots(**subplots)


@dataclass(frozen=True)
class Shown:
    """A figure with its caption; what a cell returns to show it."""

    png: bytes
    caption: str
    description: str
    csv: str

    def _ipython_display_(self):
        from IPython.display import display

        picture = b64encode(self.png).decode()
        bundle = {"image/png": picture, "text/plain": self.description, "text/csv": self.csv}
        display(bundle, metadata={"image/png": {"alt": self.description}}, raw=True)
        display({"text/markdown": self.caption, "text/plain": self.caption}, raw=True)


def show(figure: Figure, caption: str, n: int | str, source: str, description: str, data: pd.DataFrame) -> Shown:
    """Show a figure the one way we show figures.

    Parameters
    ----------
    figure : Figure
    caption : str
        What it shows, as a sentence.
    n : int or str
        On how many cases it stands.
    source : str
        Which tables it is drawn from.
    description : str
        The figure in words, for those who cannot see it; it is also what a text-only reader gets.
    data : DataFrame
        What the figure draws; it travels with the picture as CSV, and the site offers it for download.

    Returns
    -------
    Shown
        Displays as the picture, with the description as its text, and the caption under it.
    """
    buffer = io.BytesIO()
    with style.context(STYLE):
        figure.savefig(buffer, format="png", metadata={"Software": None})
    picture, buffer = Image.open(buffer).convert("RGB"), io.BytesIO()
    picture.quantize(256, dither=Image.Dither.NONE).save(buffer, format="png", optimize=True)  # a third of the size
    text = f"*{_escape(caption)}.* n = {_escape(n)}. Source: {_escape(source)}."
    return Shown(buffer.getvalue(), text, description, data.to_csv(index=False, lineterminator="\n"))


@dataclass(frozen=True)
class Shelf:
    """A table with its caption; what a cell returns to show it."""

    frame: pd.DataFrame
    caption: str

    def __repr__(self):
        return f"{self.caption}\n{self.frame.to_string(index=False, max_colwidth=60, max_rows=20)}"

    def _repr_html_(self):
        # MathJax would read a pair of dollar signs in a cell as a formula.
        body = self.frame.to_html(index=False, border=0, escape=True, na_rep="",
                                  classes=["minsk", "tex2jax_ignore", "mathjax_ignore"])
        # The links of pandas lead to files as well, and a quotation mark in an address would end the attribute.
        body = re.sub(r"<td>(https?://[^\s<>\"]+)</td>", _link, body)
        body = body.replace("<th>", '<th scope="col">').replace(' style="text-align: right;"', "")
        body = re.sub(r"\n +", "\n", body)  # half the size of a long table is its indentation
        body = re.sub(r"<td>(?=[\d~?%-]+</td>)", '<td style="white-space: nowrap">', body)  # dates stay on a line
        head, rest = body.split(">", 1)
        caption = f'<caption style="caption-side: top; text-align: left">{html.escape(self.caption)}</caption>'
        return f"{head}>\n{caption}{rest}"


def _link(cell: re.Match) -> str:
    return f'<td><a href="{html.unescape(cell[1])}" target="_blank">{cell[1]}</a></td>'


def table(frame: pd.DataFrame, caption: str) -> Shelf:
    """Show a table whole, its cells as text and its addresses as links.

    Parameters
    ----------
    frame : DataFrame
    caption : str
        What it shows; the number of rows is added.
    """
    return Shelf(frame.rename_axis(columns=None), f"{caption} ({len(frame)} row{'' if len(frame) == 1 else 's'})")


class Say:
    """A paragraph whose numbers were computed."""

    def __init__(self, text: str):
        self.text = text

    def __repr__(self):
        return self.text

    def _repr_markdown_(self):
        return self.text


def say(text: str, **values) -> Say:
    """A paragraph in Markdown with computed values put in for ``{names}``, escaped.

    Parameters
    ----------
    text : str
        Our own Markdown, with replacement fields as in `str.format`.
    **values
        Numbers or texts; texts are shown as they are, never as markup.
    """
    return Say(text.format(**{k: _escape(v) if isinstance(v, str) else v for k, v in values.items()}))


def _escape(value) -> str:
    return re.sub(r"([\\`*_{}\[\]<>()#+!|$~&])", r"\\\1", str(value))


def legend(figure: Figure, *handles_and_labels, columns: int = 4) -> None:
    """A legend under the figure, where it hides nothing."""
    figure.legend(*handles_and_labels, loc="outside lower center", ncols=columns, fontsize=8, frameon=False)


def tiles(shade: pd.DataFrame, text: pd.DataFrame, slant: float = 0):
    """A grid of tiles with a shade and a text each, the names of the columns on top.

    Parameters
    ----------
    shade, text : DataFrame of str, of one shape
        A colour for each tile, empty for a hatched one, and the letters in it. Rows and columns are named by `shade`.
    slant : float
        Degrees by which the names of the columns are turned.

    Returns
    -------
    Figure, Axes
    """
    figure, axes = canvas(WIDTH, 0.22 * len(shade) + 0.4 + slant / 40)
    for (y, x), colour in np.ndenumerate(shade.to_numpy(object)):
        axes.barh(y, 1, 1, x - 0.5, fc=colour or "white", hatch="" if colour else "///", ec="#b0b0b0", lw=0.5)
        axes.text(x, y, text.iat[y, x], ha="center", va="center", fontsize=7, color="w" if "" < colour < "#8" else INK)
    axes.set(xlim=(-0.5, shade.shape[1] - 0.5), ylim=(len(shade) - 0.5, -0.5))
    axes.set_yticks(range(len(shade)), shade.index, fontsize=7.5)
    turn = {"rotation": slant, "ha": "left", "rotation_mode": "anchor"} if slant else {}
    axes.set_xticks(range(shade.shape[1]), shade.columns, fontsize=7.5, **turn)
    axes.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False)
    axes.spines[:].set(color=NEUTRAL, visible=True)
    return figure, axes


def shade_phases(axes, phases: pd.DataFrame, label: bool = True) -> None:
    """Shade every other phase behind a time axis, and put their short names along the top.

    Parameters
    ----------
    axes : Axes
        With dates on x.
    phases : DataFrame
        The table ``phases``.
    """
    start, end = axes.get_xlim()
    for i, row in enumerate(phases.sort_values("start").itertuples()):
        a, b = (mpl.dates.datestr2num(d) for d in (row.start, row.end))
        a, b = max(a, start), min(b + 1, end)
        if a >= b:
            continue
        if i % 2:
            axes.axvspan(a, b, color=PALE, zorder=0, lw=0)
        if label:
            # On two levels, since the names of short phases are longer than their bands.
            axes.annotate(row.phase_id, ((a + b) / 2, 1), xytext=(0, 3 + 9 * (i % 2)), textcoords="offset points",
                          xycoords=("data", "axes fraction"), ha="center", va="bottom", fontsize=7.5)
    axes.set_xlim(start, end)
