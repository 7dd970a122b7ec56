import base64
import io
from itertools import combinations

import matplotlib as mpl
import minsk
import nbformat
import numpy as np
import pandas as pd
import pytest
from colorspacious import cspace_convert
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from minsk import figures
from PIL import Image
from scipy.stats import binomtest

NOTEBOOKS = figures.STYLE.parents[2] / "notebooks"
SPOILT = '<script>alert(1)</script> $x^2$ =HYPERLINK("http://x") **bold** [a](javascript:1) | `c`'


def test_a_table_shows_cells_as_text_and_addresses_as_links():
    frame = pd.DataFrame({"a": [SPOILT], "url": ["https://www.osce.org/node/129421"]})
    out = minsk.table(frame, "A <b> table")._repr_html_()
    assert "<script>" not in out and "&lt;script&gt;" in out
    assert "A &lt;b&gt; table (1 row)" in out
    assert 'class="dataframe minsk tex2jax_ignore mathjax_ignore"' in out  # dollar signs stay dollar signs
    assert '<a href="https://www.osce.org/node/129421"' in out
    assert out.count('<th scope="col">') == 2


def test_a_table_is_never_cut():
    frame = pd.DataFrame({"a": ["x" * 500] * 200})
    out = minsk.table(frame, "Long")
    assert out._repr_html_().count("x" * 500) == 200
    assert "(200 rows)" in repr(out)


def test_say_puts_values_in_as_text():
    out = minsk.say("**{n:,}** events, from {who}.", n=1234, who=SPOILT)._repr_markdown_()
    assert out.startswith("**1,234** events, from ")
    for mark in ("<script", "**bold", "$x", "[a", "`c"):
        assert f"\\{mark[0]}{mark[1:]}".replace("*bold", "\\*bold") in out, "each mark has a backslash before it"


@pytest.mark.parametrize("hits, of", [(0, 5), (3, 4), (13, 22), (26, 26), (0, 1), (120, 610)])
def test_a_share_has_the_interval_of_scipy(hits, of):
    low, high = binomtest(hits, of).proportion_ci(method="wilson")
    assert minsk.share(hits, of) == f"{hits} of {of} = {hits / of:.0%} ({low:.0%}–{high:.0%})"


def test_a_share_of_nothing_has_no_interval():
    assert minsk.share(0, 0) == "0 of 0"


def draw(colour="#000000"):
    figure, axes = figures.canvas(3, 2)
    axes.plot([1, 2], [1, 2], color=colour)
    return minsk.show(figure, "A line", 2, "none", "A line that rises.", pd.DataFrame({"x": [1, 2], "y": [1, 2]}))


def test_a_figure_comes_out_the_same_twice_and_differs_by_a_colour():
    assert draw().png == draw().png
    assert draw().png != draw("#000001").png


def test_a_figure_shows_picture_description_and_caption(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda data, **options: shown.append(data))
    draw()._ipython_display_()
    assert base64.b64decode(shown[0]["image/png"]).startswith(b"\x89PNG")
    assert shown[0]["text/plain"] == "A line that rises."
    assert shown[0]["text/csv"] == "x,y\n1,1\n2,2\n"
    assert shown[1]["text/markdown"] == "*A line.* n = 2. Source: none."


def test_the_style_does_not_leak_into_other_figures():
    before = dict(mpl.rcParams)
    draw()
    assert dict(mpl.rcParams) == before


def luminance(colour):
    """Relative luminance by WCAG 2."""
    channels = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in mpl.colors.to_rgb(colour)]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), channels, strict=True))


@pytest.mark.parametrize("first, second", [("arm", "aze"), ("co_chairs", "rus"), ("rus", "usa"), ("usa", "fra")])
def test_actors_drawn_together_differ_in_grey(first, second):
    a, b = sorted((luminance(figures.COLOURS[first]), luminance(figures.COLOURS[second])))
    assert (b + 0.05) / (a + 0.05) > 1.25


def test_each_convenor_has_its_own_marker():
    marks = [figures.MARKERS[k] for k in minsk.chronology.CONVENORS]
    assert len(set(marks)) == len(marks)


def test_the_hatching_shows_only_through_tiles_without_a_shade():
    shade = pd.DataFrame([["#000000", ""], ["#ffffff", "#5f5f5f"]], ["r", "s"], ["c", "d"])
    _, axes = figures.tiles(shade, pd.DataFrame([["1", ""], ["–", "2*"]]), slant=45)
    tiles, letters, rows, columns = axes.collections
    assert axes.patch.get_hatch() and tiles.get_array()[..., 3].tolist() == [[1, 0], [1, 1]]
    assert letters.get_offsets().tolist() == [[0, 0], [0, 1], [1, 1]]  # none where the text is empty
    assert letters.get_facecolor()[:, 0].round(2).tolist() == [1, 0.13, 1]  # white on dark tiles
    assert rows.get_offsets().tolist() == [[-0.5, 0], [-0.5, 1]]
    assert columns.get_offsets().tolist() == [[0, -0.5], [1, -0.5]]


def test_a_text_is_stamped_where_it_is_wanted():
    _, axes = figures.canvas(3, 2)
    figures.stamp(axes, ["ab", "ab", "c"], [(0, 0), (0, 0), (1, 1)], 10, side=[0, 1, 0.5])
    left, right, middle = (path.vertices[:, 0] for path in axes.collections[0].get_paths())
    font = FontProperties(family="DejaVu Sans", size=10)
    width, *_ = text_to_path.get_text_width_height_descent("ab", font, ismath=False)
    assert 0 <= left.min() < left.max() <= width and left.max() - right.max() == pytest.approx(width, rel=0.02)
    assert middle.max() == pytest.approx(-middle.min(), abs=1)


def test_years_and_lanes_are_named_where_they_stand():
    _, axes = figures.canvas(6, 2, (1, 0.1, 0.4, 0.1))
    figures.years(axes, 1990, "2000-06-30")
    figures.lanes(axes, ["first", "second"])
    years, lanes = axes.collections
    assert years.get_offsets().tolist() == [[7305, 0], [8766, 0], [10227, 0]]  # days since 1970 of 1990, 1994, 1998
    assert axes.get_xlim() == (7305, 11138) and axes.lines[0].get_xydata().tolist() == years.get_offsets().tolist()
    assert lanes.get_offsets().tolist() == [[0, 0], [0, 1]] and axes.get_ylim() == (1.5, -0.5)


def test_a_scale_has_the_marks_of_matplotlib_unless_it_is_told_others():
    _, axes = figures.canvas(4, 3, (1, 0.1, 0.5, 0.1))
    axes.plot([0, 10], [0.1, 0.9])
    low, high = axes.get_ylim()
    wanted = [[0, y] for y in axes.get_yticks() if low <= y <= high]
    figures.scale(axes, "y", name="Share")
    values, name = axes.collections
    assert axes.lines[1].get_xydata().tolist() == values.get_offsets().tolist() == wanted
    figures.scale(axes, "x", [1, 5], ["one", "five"])
    assert axes.lines[2].get_xydata().tolist() == axes.collections[2].get_offsets().tolist() == [[1, 0], [5, 0]]
    assert axes.get_xticks().size == axes.get_yticks().size == 0, "matplotlib draws none besides"
    outlines = (
        [drawn.get_transform().transform_path(path).vertices for path in drawn.get_paths()] for drawn in (name, values)
    )
    upright, beside = map(np.concatenate, outlines)
    assert upright[:, 0].max() < beside[:, 0].min() and np.ptp(upright[:, 1]) > np.ptp(upright[:, 0])


def test_a_text_of_two_lines_is_as_wide_as_the_longer_and_stands_about_the_same_middle():
    (one, _), (two, wide) = figures._outline("n", 10), figures._outline("n\nnn", 10)
    assert wide == figures._outline("nn", 10)[1]
    lower, upper = np.sort(np.unique(two.vertices[:, 1].round(6)))[[0, -1]]
    assert (lower + upper) / 2 == pytest.approx(one.vertices[:, 1].min() / 2 + one.vertices[:, 1].max() / 2)


def test_room_is_left_in_inches():
    figure, axes = figures.canvas(5, 4, (1, 0.5, 0.8, 0.4))
    assert figure.get_layout_engine() is None
    assert axes.get_position().bounds == pytest.approx((0.2, 0.2, 0.7, 0.7))


@pytest.mark.parametrize("notebook", sorted(p.stem for p in NOTEBOOKS.glob("0*.ipynb")))
def test_nothing_in_a_figure_is_cut_at_its_edge(notebook):
    cells = nbformat.read(NOTEBOOKS / f"{notebook}.ipynb", as_version=4).cells
    pictures = [o.data["image/png"] for c in cells for o in c.get("outputs", []) if "image/png" in o.get("data", {})]
    assert pictures
    for place, picture in enumerate(pictures, 1):
        grey = np.asarray(Image.open(io.BytesIO(base64.b64decode(picture))).convert("L"))
        edges = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
        assert edges.min() >= 254, f"figure {place}: something is drawn on the edge"


def seen(colour, deficiency=None):
    """A colour as somebody sees it (Machado et al. 2009), in the space where distance is difference (CAM02-UCS)."""
    rgb = np.array(mpl.colors.to_rgb(colour))
    if deficiency:
        rgb = cspace_convert(rgb, {"name": "sRGB1+CVD", "cvd_type": deficiency, "severity": 100}, "sRGB1").clip(0, 1)
    return cspace_convert(rgb, "sRGB1", "CAM02-UCS")


@pytest.mark.parametrize("deficiency", [None, "protanomaly", "deuteranomaly", "tritanomaly"])
def test_any_two_colours_stay_apart_for_colour_blind_readers(deficiency):
    for one, other in combinations(figures.COLOURS, 2):
        apart = np.linalg.norm(seen(figures.COLOURS[one], deficiency) - seen(figures.COLOURS[other], deficiency))
        assert apart > 12, (one, other)  # a difference of 1 is just noticeable side by side


def test_in_grey_a_marker_or_the_lightness_tells_any_two_apart():
    assert len(set(figures.MARKERS.values())) == len(figures.MARKERS)
    for one, other in combinations(sorted(figures.COLOURS.keys() - figures.MARKERS.keys()), 2):
        assert abs(seen(figures.COLOURS[one])[0] - seen(figures.COLOURS[other])[0]) > 15, (one, other)
