"""The data dictionary: a page for each table with its columns and all of its rows."""

from pathlib import Path

import codebook
import markup
import minsk
from minsk.tables import as_text, foreign_keys, resources, row_ids

LENGTH = 1000  # rows on a page
# Long, and only ids or what the bibliography has, too: they would swamp a search.
UNSEARCHED = {"citations", "sources", "statement_codes", "event_participants"}
# By the thousand, for programs; their pages describe them and lead to the file.
UNSHOWN = {"statement_terms", "statement_shingles"}
# Short tables with an order of their own that their identifiers do not give.
ORDER = {"phases": ["start"], "elements": ["order"], "element_values": ["element_id", "order"], "proposals": ["date"],
         "claims": ["claim_id"], "claim_rows": ["claim_id", "table", "row_id"]}


def page_of(name: str, place: int) -> str:
    """The page on which a row stands, by its place in the table."""
    return f"data_{name}" + (f"_{place // LENGTH + 1}" if place >= LENGTH else "")


def addresses(wb: minsk.Workbook) -> dict[tuple[str, str], str]:
    """Where each row of each table is found in the site."""
    return {(name, row): f"{page_of(name, place)}.html{markup.fragment(row)}"
            for name, resource in resources(wb.package) if name not in UNSHOWN
            for place, row in enumerate(row_ids(wb.tables[name], resource))}


def write(wb: minsk.Workbook, pages: Path) -> None:
    """The list of tables, `data.md`, and the pages of each."""
    where = addresses(wb)
    support = {}
    rows = zip(wb.citations["table"], wb.citations["row_id"], wb.citations["stance"],
               row_ids(wb.citations, dict(resources(wb.package))["citations"]), strict=True)
    for table, row, stance, citation in rows:
        support.setdefault((table, row), []).append((stance, citation))
    listing, toctree = [], []
    for name, resource in resources(wb.package):
        n = len(wb.tables[name])
        listing.append(("", [markup.link(f"data_{name}.html", name), f"{n:,}", markup.prose(resource["description"]),
                             markup.link(f"data/{name}.csv", f"{name}.csv")]))
        toctree.append(f"data_{name}")
        _pages(wb, name, resource, where, support, pages)
    head = ["Table", "Rows", "What it holds", "Download"]
    body = markup.table(f"The {len(listing)} tables of the workbook", head, listing)
    descriptor = markup.link("data/datapackage.json", "datapackage.json")
    (pages / "data.md").write_text("\n".join([
        "# Data dictionary", "", markup.plain(wb.package["description"]),
        "How the tables were made, and the rules for names, dates and citations, are in the [codebook](codebook.md).",
        "", markup.raw(pages, "data", f"{body}<p>All columns, machine-readable, as a Data Package: {descriptor}.</p>"),
        "```{toctree}", ":hidden:", ":maxdepth: 1", "", *toctree, "```", ""]), "utf-8")


def _pages(wb, name, resource, where, support, pages):
    if name in UNSHOWN:
        text = f"# {markup.plain(resource['title'])}\n\n{_about(wb, name, resource, pages)}\n"
        (pages / f"data_{name}.md").write_text(text, "utf-8")
        return
    rows = _rows(wb, name, resource, where, support)
    head = [f["title"] for f in resource["schema"]["fields"]]
    if resource.get("minsk:cited") in ("row", "filled"):
        head.append("Sources")
    starts = range(0, max(len(rows), 1), LENGTH)
    numbers = {s: f"rows {s + 1:,} to {min(s + LENGTH, len(rows)):,}" for s in starts}
    for start in starts:
        links = [markup.text(numbers[s]) if s == start else markup.link(f"{page_of(name, s)}.html", numbers[s])
                 for s in starts]
        body = f"<p>Of {len(rows):,} rows: {', '.join(links)}.</p>\n" if len(starts) > 1 else ""
        title = resource["title"]
        caption = f"{title}, {numbers[start] if len(starts) > 1 else f'{len(rows):,} rows'}"
        shown = markup.table(caption, head, rows[start:start + LENGTH], filtered=True)
        body += shown if rows else "<p>There are none at present.</p>"
        file = page_of(name, start)
        table = markup.raw(pages, file, body)
        front = ["---", "html_theme.sidebar_secondary.remove: true", *["nosearch: true"] * (name in UNSEARCHED), "---"]
        if start:
            lines = [*front, f"# {markup.plain(title)}, {numbers[start]}", "", table]
        else:
            others = [page_of(name, s) for s in starts[1:]]
            lines = [*front, f"# {markup.plain(title)}", "", _about(wb, name, resource, pages), "## Rows", "", table]
            if others:
                lines += ["```{toctree}", ":hidden:", "", *others, "```", ""]
        (pages / f"{file}.md").write_text("\n".join(lines), "utf-8")


def _about(wb, name, resource, pages):
    """What the table is, where to download it, and its columns."""
    schema = resource["schema"]
    keys = ", ".join(schema["primaryKey"])
    targets = codebook.targets(resource)
    rows = []
    for field in schema["fields"]:
        limits = field.get("constraints", {})
        to = targets.get(field["name"])
        rows.append(("", [f"<code>{markup.text(field['name'])}</code>", markup.text(field["title"]),
                          field["type"] + (", required" if limits.get("required") else ""),
                          markup.prose(field["description"]), _allowed(limits),
                          markup.link(f"data_{to}.html", to) if to else ""]))
    head = ["Column", "Title", "Type", "Meaning", "Allowed values", "Links to"]
    file = markup.link(f"data/{name}.csv", f"{name}.csv")
    unshown = " The rows are not shown here." if name in UNSHOWN else ""
    intro = (f"<p>{markup.prose(resource['description'])} {markup.prose(codebook.cover(resource))} "
             f"Primary key: {markup.text(keys)}.</p>\n"
             f"<p>Download: {file} ({len(wb.tables[name]):,} rows, CSV).{unshown}</p>\n")
    table = markup.raw(pages, f"data_{name}_columns", markup.table(f"Columns of {name}", head, rows))
    return markup.raw(pages, f"data_{name}_about", intro) + f"\n## Columns\n\n{table}"


def _allowed(limits):
    out = [", ".join(f"<code>{markup.text(v)}</code>" for v in limits.get("enum", []))]
    if "minimum" in limits:
        out.append(f"from {limits['minimum']}")
    if "maximum" in limits:
        out.append(f"to {limits['maximum']}")
    if "maxLength" in limits:
        out.append(f"at most {limits['maxLength']} characters")
    return " ".join(filter(None, out))


def _rows(wb, name, resource, where, support):
    """All rows as HTML cells, ids turned into links."""
    frame = as_text(wb.tables[name], resource)
    links = {fields[-1]: (table, fields) for fields, table, _ in foreign_keys(resource)}
    cited = resource.get("minsk:cited") in ("row", "filled")
    out, ids = [], row_ids(wb.tables[name], resource)
    order = wb.tables[name].sort_values(ORDER.get(name, []), kind="stable", key=_padded).index
    for row_id, row in zip(ids.iloc[order], frame.iloc[order].to_dict("records"), strict=True):
        cells = []
        for column, value in row.items():
            target = None
            if column in links and value:
                table, parts = links[column]
                target = where.get((table, "/".join(row[p] for p in parts)))
            elif column == "row_id":
                target = where.get((row["table"], value))
            cells.append(markup.link(target, value) if target else markup.cell(value))
        if cited:
            cells.append(_support(support.get((name, row_id), []), where))
        out.append((markup.anchor(row_id), cells))
    return out


def _padded(column):
    """Cells as texts in which 13 comes before 100."""
    return column.astype(str).str.replace(r"\d+", lambda number: number[0].zfill(9), regex=True)


def _support(found, where):
    """How many citations a row has, with a link to the first of them."""
    against = sum(stance == "contradicts" for stance, _ in found)
    label = f"{len(found)} citation{'' if len(found) == 1 else 's'}" + (f", {against} contradicting" if against else "")
    return markup.link(where["citations", found[0][1]], label) if found else ""
