"""How things look: one style, one colour for each actor, and figures, tables and sentences to show.

Nothing from a CSV cell is ever rendered as markup: `table` and `say` escape what they are given.
"""

from __future__ import annotations

import html
import io
import re
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import NormalDist

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib import style
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D
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
    drawn, buffer = FigureCanvasAgg(figure), io.BytesIO()
    with style.context(STYLE):
        drawn.draw()
    picture = Image.fromarray(np.asarray(drawn.buffer_rgba())[..., :3])
    # A third of the size, and faster than matplotlib's own way to a PNG; the palette comes rounded down.
    picture = picture.quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    picture.putpalette([min(v + 1, 255) for v in picture.getpalette()])
    picture.save(buffer, "png")
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
        body = re.sub(r"\s+(?=</?t[dhr])", "", body).replace("</tr>", "</tr>\n")  # half the size is white space
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


def share(hits: int, of: int) -> str:
    """A count with its share and the share's 95 % interval: ``3 of 4 = 75% (30%–95%)``.

    The interval is Wilson's (1927, Journal of the American Statistical Association 22:209). scipy.stats has it too, but
    takes longer to import than a notebook here to run.
    """
    if not of:
        return "0 of 0"
    z = NormalDist().inv_cdf(0.975)
    middle, half = hits + z**2 / 2, z * (hits * (of - hits) / of + z**2 / 4) ** 0.5
    low, high = ((middle + side) / (of + z**2) for side in (-half, half))
    return f"{hits} of {of} = {hits / of:.0%} ({low:.0%}–{high:.0%})"


def _escape(value) -> str:
    return re.sub(r"([\\`*_{}\[\]<>()#+!|$~&])", r"\\\1", str(value))


def legend(figure: Figure, *handles_and_labels, columns: int = 4) -> None:
    """A legend under the figure, where it hides nothing."""
    figure.legend(*handles_and_labels, loc="outside lower center", ncols=columns, fontsize=8, frameon=False)


def tiles(shade: pd.DataFrame, text: pd.DataFrame, slant: float = 0):
    """A grid of tiles with a shade and a text each, the names of the rows on the left and of the columns on top.

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
    (rows, columns), turn = shade.shape, np.radians(slant)
    wide, long = ([_outline(str(n), 7.5)[1] / 72 + 0.1 for n in names] for names in (shade.index, shade.columns))
    left, top = max(wide), max(long) * np.sin(turn) + 0.2
    # How far slanted names reach beyond the last tile, were tiles a fifth narrower than without room for them.
    tile = 0.8 * (WIDTH - left) / columns
    right = max(0, *(n * np.cos(turn) - (columns - x - 0.5) * tile for x, n in enumerate(long))) if slant else 0
    height = 0.22 * rows + top + 0.05
    with style.context(STYLE):
        figure = Figure((WIDTH, height))
        axes = figure.add_axes((left / WIDTH, 0.04 / height, 1 - (left + right + 0.05) / WIDTH, 0.22 * rows / height),
                               xlim=(-0.5, columns - 0.5), ylim=(rows - 0.5, -0.5), xticks=[], yticks=[])
    axes.patch.set(hatch="///", ec="#b0b0b0", lw=0)  # shows through the tiles without a shade
    axes.spines[:].set(color=NEUTRAL, visible=True)
    rgba = mpl.colors.to_rgba_array(shade.replace("", "none").to_numpy().ravel()).reshape(rows, columns, 4)
    axes.pcolormesh(np.arange(columns + 1) - 0.5, np.arange(rows + 1) - 0.5, rgba, ec="#b0b0b0", lw=0.5)
    letters, dark = text.to_numpy(object), shade.map(lambda colour: "" < colour < "#8").to_numpy()
    there = letters != ""
    stamp(axes, letters[there], np.argwhere(there)[:, ::-1], 7, 0.5, colour=np.where(dark[there], "w", INK))
    stamp(axes, shade.index, [(-0.5, y) for y in range(rows)], 7.5, 1, (-4, 0))
    stamp(axes, shade.columns, [(x, -0.5) for x in range(columns)], 7.5, 0 if slant else 0.5, (0, 8), slant)
    return figure, axes


@cache
def _outline(text: str, size: float) -> tuple[TextPath, float]:
    """The outline of a text and its width in points."""
    outline = TextPath((0, 0), text, size=size)
    return outline, outline.vertices[:, 0].max()


def stamp(axes, texts, where, size: float, side=0, shift=(0, 0), slant: float = 0, colour=INK) -> None:
    """Draw texts as outlines at points of the data; matplotlib takes far longer over many texts of its own.

    They take no part in the layout of the figure: what stands outside the axes needs room made for it.

    Parameters
    ----------
    axes : Axes
    texts : iterable, length n
    where : array_like, shape (n, 2)
    size : float
        Of the type, in points.
    side : float or array_like, shape (n,)
        The part of the text that stands to the left of the point.
    shift : tuple of float
        From the point, in points.
    slant : float
        Degrees.
    colour : str or array_like of str, shape (n,)
    """
    outlines = [_outline(str(text), size) for text in texts]
    placed = [mpl.path.Path(outline.vertices - (left * width, 0.36 * size), outline.codes)
              for (outline, width), left in zip(outlines, np.broadcast_to(side, len(outlines)), strict=True)]
    turned = Affine2D().rotate_deg(slant).translate(*shift).scale(1 / 72) + axes.figure.dpi_scale_trans
    axes.add_collection(PathCollection(placed, offsets=np.reshape(where, (-1, 2)), offset_transform=axes.transData,
                                       transform=turned, fc=colour, lw=0, clip_on=False, zorder=4), autolim=False)


def shade_phases(axes, phases: pd.DataFrame, label: bool = True) -> None:
    """Shade every other phase behind a time axis, and put their short names along the top.

    Parameters
    ----------
    axes : Axes
        With dates on x, its limits set.
    phases : DataFrame
        The table ``phases``.
    """
    phases, (start, end) = phases.sort_values("start"), axes.get_xlim()
    left, right = (mpl.dates.date2num(phases[c].astype("datetime64[s]")).clip(start, end) for c in ("start", "end"))
    axes.broken_barh(list(zip(left[1::2], (right - left)[1::2], strict=True)), (0, 1), color=PALE, zorder=0, lw=0,
                     transform=axes.get_xaxis_transform())
    for i in np.flatnonzero(left < right) if label else ():
        # On two levels, since the names of short phases are longer than their bands.
        axes.annotate(phases["phase_id"].iloc[i], ((left + right)[i] / 2, 1), (0, 3 + 9 * (i % 2)), ha="center",
                      xycoords=("data", "axes fraction"), textcoords="offset points", fontsize=7.5)
    axes.set_xlim(start, end)
