"""How things look: one style, one colour for each actor, and figures, tables and sentences to show.

Nothing from a CSV cell is ever rendered as markup: `table` and `say` escape what they are given.
"""

from __future__ import annotations

import html
import io
import re
from base64 import b64encode
from collections.abc import Sequence
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
from matplotlib.font_manager import findfont, get_font
from matplotlib.ft2font import LoadFlags
from matplotlib.lines import TICKDOWN, TICKLEFT, Line2D
from matplotlib.path import Path as MplPath
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


def canvas(width: float = WIDTH, height: float = 4, room: Sequence[float] | None = None, **subplots):
    """A figure and its axes in the house style.

    Parameters
    ----------
    width, height : float
        Inches; `WIDTH` is that of a page here.
    room : sequence of float, optional
        Inches to the left, right, bottom and top of the axes, for their labels. Without it matplotlib finds out what
        they need, which takes about a third of the time of drawing.
    **subplots
        As for `matplotlib.figure.Figure.subplots`.

    Returns
    -------
    Figure, Axes (or array of Axes)
    """
    with style.context(STYLE):
        figure = Figure(figsize=(width, height), layout=None if room else "constrained")
        if room:
            left, right, bottom, top = room
            figure.subplots_adjust(left / width, bottom / height, 1 - right / width, 1 - top / height)
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
    picture = Image.fromarray(np.asarray(drawn.buffer_rgba())).convert("RGB")
    # A third of the size, and faster than matplotlib's own way to a PNG; the palette comes rounded down.
    picture = picture.quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    picture.putpalette([min(v + 1, 255) for v in picture.getpalette()])
    picture.save(buffer, "png", compress_level=5)
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
    return Shelf(frame.rename_axis(columns=None), f"{caption} ({len(frame):,} row{'' if len(frame) == 1 else 's'})")


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
    """A count with its share and the share's 95% interval: ``3 of 4 = 75% (30%–95%)``.

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
    letters, colours = text.to_numpy(object), shade.to_numpy(object)
    rgba = mpl.colors.to_rgba_array([colour or "none" for colour in colours.flat]).reshape(rows, columns, 4)
    axes.pcolormesh(np.arange(columns + 1) - 0.5, np.arange(rows + 1) - 0.5, rgba, ec="#b0b0b0", lw=0.5)
    there, dark = letters != "", (colours > "") & (colours < "#8")
    stamp(axes, letters[there], np.argwhere(there)[:, ::-1], 7, 0.5, colour=np.where(dark[there], "w", INK))
    stamp(axes, shade.index, [(-0.5, y) for y in range(rows)], 7.5, 1, (-4, 0))
    stamp(axes, shade.columns, [(x, -0.5) for x in range(columns)], 7.5, 0 if slant else 0.5, (0, 8), slant)
    return figure, axes


@cache
def _letter(letter: str) -> tuple[np.ndarray, np.ndarray, float]:
    """The outline of a letter in ems (points and path codes), and how far from it the next one stands."""
    font = get_font(findfont("DejaVu Sans"))  # that of the style; it comes with matplotlib
    font.set_size(100, 72)
    width = font.load_char(ord(letter), flags=LoadFlags.NO_HINTING).linearHoriAdvance / 65536
    points, codes = font.get_path()
    return points / 100, codes, width / 100


@cache
def _outline(text: str, size: float) -> tuple[MplPath, float]:
    """The outline of a text, of one line or two, and its width, in points. Letters are not kerned: to shape each text
    takes ten times as long as all else here."""
    if "\n" in text:
        (upper, wide), (lower, long) = (_outline(line, size) for line in text.split("\n"))
        half = Affine2D().translate(0, 0.6 * size)
        return MplPath.make_compound_path(upper.transformed(half), lower.transformed(half.inverted())), max(wide, long)
    points, codes, widths = zip(*map(_letter, text or " "), strict=True)
    starts = np.cumsum([0, *widths])
    across = np.repeat(starts[:-1], [len(letter) for letter in codes])
    outline = np.concatenate(points) + np.c_[across, 0 * across]
    return MplPath(size * outline, np.concatenate(codes)), size * starts[-1]


def stamp(axes, texts, where, size: float, side=0, shift=(0, 0), slant: float = 0, colour=INK, to=None) -> None:
    """Draw texts as outlines at points of the axes; matplotlib takes far longer over texts of its own.

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
    to : matplotlib.transforms.Transform, optional
        What the points are given in; by default the data.
    """
    outlines = [_outline(str(text), size) for text in texts]
    placed = [MplPath(outline.vertices - (left * width, 0.36 * size), outline.codes)
              for (outline, width), left in zip(outlines, np.broadcast_to(side, len(outlines)), strict=True)]
    turned = Affine2D().rotate_deg(slant).translate(*shift).scale(1 / 72) + axes.figure.dpi_scale_trans
    drawn = PathCollection(placed, offsets=np.reshape(where, (-1, 2)), offset_transform=to or axes.transData,
                           transform=turned, fc=colour, lw=0, clip_on=False, zorder=4)
    axes.add_collection(drawn, autolim=False)


def scale(axes, side: str, at=None, labels=None, name: str = "") -> None:
    """Mark values along an edge of the axes and name them; matplotlib's own marks and labels take it long to draw.

    Parameters
    ----------
    axes : Axes
        With its data drawn.
    side : {"x", "y"}
        The lower edge or the left one.
    at : sequence of float, length n, optional
        Where; by default where matplotlib would put its marks.
    labels : sequence of str, length n, optional
        By default the values.
    name : str
        What is measured, for the middle of the edge.
    """
    axis, low = getattr(axes, f"{side}axis"), side == "x"
    if at is None:
        first, last = sorted(axis.get_view_interval())
        at = [value for value in axis.get_majorticklocs() if first <= value <= last]
    labels = [f"{value:.6g}" for value in at] if labels is None else labels
    axis.set_ticks([])
    along = axes.get_xaxis_transform() if low else axes.get_yaxis_transform()
    spots = np.array([(value, 0) if low else (0, value) for value in at])
    axes.add_artist(Line2D(*spots.T, ls="", marker=TICKDOWN if low else TICKLEFT, ms=3.5, mew=0.8, color=INK,
                           transform=along, clip_on=False))
    stamp(axes, labels, spots, 9, 0.5 if low else 1, (0, -10) if low else (-7, 0), to=along)
    if name:
        beyond = 24 if low else 15 + max(_outline(str(label), 9)[1] for label in labels)
        middle, shift, slant = ((0.5, 0), (0, -beyond), 0) if low else ((0, 0.5), (-beyond, 0), 90)
        stamp(axes, [name], [middle], 9, 0.5, shift, slant, to=axes.transAxes)


def years(axes, first: int, end: str = "2026-09-01", name: str = "") -> None:
    """Limits of a time axis, and every fourth year marked on it.

    Parameters
    ----------
    axes : Axes
        With dates on x.
    first : int
        The year whose first day is the left end.
    end : str
        The day at the right end.
    name : str
        As for `scale`.
    """
    marks = range(first, int(end[:4]), 4)
    days = mpl.dates.date2num(np.array([*(f"{year}-01-01" for year in marks), end], dtype="datetime64[D]"))
    axes.set_xlim(days[[0, -1]])
    scale(axes, "x", days[:-1], marks, name)


def lanes(axes, labels: Sequence[str]) -> None:
    """Name the lanes 0, 1, 2, … of an axis y, on its left, the first on top."""
    axes.set_ylim(len(labels) - 0.5, -0.5)
    scale(axes, "y", range(len(labels)), labels)


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
    for level in (0, 1) if label else ():  # since the names of short phases are longer than their bands
        some = np.flatnonzero(left < right)[level::2]
        stamp(axes, phases["phase_id"].iloc[some], [(x, 1) for x in ((left + right) / 2)[some]], 7.5, 0.5,
              (0, 6 + 9 * level), to=axes.get_xaxis_transform())
    axes.set_xlim(start, end)
