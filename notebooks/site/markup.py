"""HTML made from data: everything is escaped here, and nowhere else."""

import html
import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote


def text(value) -> str:
    """A value as HTML text."""
    return html.escape(str(value))


def link(href: str, label) -> str:
    """A link with a label that is shown as it is."""
    return f'<a href="{html.escape(href)}">{text(label)}</a>'


def prose(value) -> str:
    """A text of the descriptor as HTML, in which `this` is code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", text(value))


def cell(value) -> str:
    """A value as HTML text, an address as a link."""
    value = str(value)
    return link(value, value) if re.fullmatch(r"https?://[^\s<>\"]+", value) else text(value)


def anchor(row_id: str) -> str:
    """The name under which a page can link to a row."""
    return "row-" + re.sub(r"\s", "_", row_id)


def fragment(row_id: str) -> str:
    """The same, as it stands in an address."""
    return "#" + quote(anchor(row_id), safe="/,()")


def table(caption: str, head: Iterable[str], rows: Iterable[tuple[str, list[str]]], filtered: bool = False) -> str:
    """A table in a box that scrolls sideways by itself.

    Parameters
    ----------
    caption : str
        Plain text.
    head : iterable of str
        Plain text.
    rows : iterable of (str, list of str)
        The anchor of a row, empty for none, and its cells as HTML; the first one heads the row.
    filtered : bool
        Whether to offer a filter.
    """
    lines = [f'<div class="scroll" role="region" tabindex="0" aria-label="{text(caption)}">',
             f'<table class="minsk rows{" filtered" if filtered else ""}">', f"<caption>{text(caption)}</caption>",
             "<thead><tr>" + "".join(f'<th scope="col">{text(h)}</th>' for h in head) + "</tr></thead>", "<tbody>"]
    for name, cells in rows:
        mark = f' id="{text(name)}"' if name else ""
        lines.append(f'<tr{mark}><th scope="row">{cells[0]}</th>{"".join(map(_data, cells[1:]))}</tr>')
    return "\n".join([*lines, "</tbody></table></div>", ""])


def _data(content):
    """A cell: a date stays on one line, a long text gets room."""
    kind = "date" if re.fullmatch(r"[\d~?-]{4,11}", content) else "long" if len(content) > 60 else ""
    return f'<td class="{kind}">{content}</td>' if kind else f"<td>{content}</td>"


def raw(pages: Path, name: str, body: str) -> str:
    """HTML for a Markdown page: put into a file of its own, where nothing in it can end the block."""
    (pages / f"{name}.inc").write_text(body, "utf-8")
    return f"```{{raw}} html\n:file: {name}.inc\n```\n"


def plain(value) -> str:
    """A value as Markdown text in which nothing is markup."""
    return re.sub(r"([\\`*_{}\[\]<>()#+!|$~&:-])", r"\\\1", str(value))
