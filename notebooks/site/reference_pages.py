"""Bibliography, names and terms, and the reference of the package."""

import json
import re
from itertools import groupby
from pathlib import Path

import markup
import minsk
import pypandoc
from data_pages import LENGTH, addresses
from minsk.citations import VANTAGES

CSL = {"official_document": "document", "press": "article-newspaper", "memoir": "book", "scholarship": "article",
       "dataset": "dataset"}  # anything else is a web page
LANGUAGES = {"az": "Azerbaijani", "be": "Belarusian", "cs": "Czech", "da": "Danish", "de": "German", "en": "English",
             "es": "Spanish", "fi": "Finnish", "fr": "French", "hu": "Hungarian", "hy": "Armenian", "it": "Italian",
             "nl": "Dutch", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian",
             "sk": "Slovak", "sv": "Swedish", "tr": "Turkish", "uk": "Ukrainian"}
KINDS = {"state": "States", "body": "Bodies", "person": "Persons"}


def write(wb: minsk.Workbook, pages: Path, extra: Path) -> None:
    """Bibliography (pages and two files for reference managers) and names."""
    where = addresses(wb)
    sources = wb.sources.set_index("source_id", drop=False).loc[minsk.bibliography(wb)["source_id"]].to_dict("records")
    _bibliography(wb, sources, where, pages)
    items = json.dumps([csl(source) for source in sources])
    for kind, name in {"csljson": "bibliography.json", "bibtex": "bibliography.bib"}.items():
        pypandoc.convert_text(items, kind, format="csljson", outputfile=str(extra / name))
    _names(wb, where, pages)


def _bibliography(wb, sources, where, pages):
    """Sources by publisher, each with the rows that cite it."""
    uses = {}
    for c in wb.citations.to_dict("records"):
        label = f"{c['table']}: {c['row_id']}" + (f" ({c['field']})" if c["field"] else "")
        href = where.get((c["table"], c["row_id"]))
        text = markup.link(href, label) if href else markup.text(label)
        uses.setdefault(c["source_id"], []).append(text + (" contradicts" if c["stance"] == "contradicts" else ""))
    starts = range(0, len(sources), LENGTH)
    names = {s: "bibliography" + (f"_{s // LENGTH + 1}" if s else "") for s in starts}
    last = {s: min(s + LENGTH, len(sources)) - 1 for s in starts}
    spans = {s: f"{sources[s]['publisher']} to {sources[last[s]]['publisher']}" for s in starts}
    for start in starts:
        links = [markup.text(spans[s]) if s == start else markup.link(f"{names[s]}.html", spans[s]) for s in starts]
        body = [f"<p>By publisher: {'; '.join(links)}.</p>"]
        for publisher, group in groupby(sources[start:start + LENGTH], lambda s: s["publisher"]):
            body.append(f"<h2>{markup.text(publisher)}</h2>\n<ul class=\"sources\">")
            body += [_entry(s, uses.get(s["source_id"], []), where) for s in group]
            body.append("</ul>")
        if start:
            title = f"# Bibliography: {markup.plain(spans[start])}"
            lines = [title, "", markup.raw(pages, names[start], "\n".join(body))]
        else:
            files = (f"{markup.link('bibliography.bib', 'BibTeX')}, {markup.link('bibliography.json', 'CSL-JSON')} "
                     "(for reference managers)")
            body.insert(0, f"<p>{len(sources):,} sources, in order of publisher and, of one publisher, of date, with "
                           "the rows that rest on each. Titles in square brackets are ours. "
                           f"Download them all: {files}.</p>")
            lines = ["# Bibliography", "", markup.raw(pages, names[start], "\n".join(body)),
                     "```{toctree}", ":hidden:", "", *list(names.values())[1:], "```", ""]
        (pages / f"{names[start]}.md").write_text("\n".join(lines), "utf-8")


def _entry(source, cited, where):
    key = source["source_id"]
    about = ", ".join([source["kind"].capitalize().replace("_", " "), "vantage: " + VANTAGES[source["vantage"]],
                       LANGUAGES.get(source["language"], source["language"])])
    many = f"{len(cited)} citation{'' if len(cited) == 1 else 's'}"
    rows = f"<details><summary>{many}</summary>{'; '.join(cited)}</details>" if cited else "not cited"
    title, date = markup.link(source["url"], source["title"]), markup.text(source["date"] or "undated")
    row = markup.link(where["sources", key], key)
    return f'<li id="{markup.text(markup.anchor(key))}">{title}, {date}. {about}. {row}. {rows}</li>'


def _date(text: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", text)]


def csl(source: dict) -> dict:
    """A source as an item of CSL-JSON."""
    remark = f"{source['kind'].replace('_', ' ')}; vantage: {VANTAGES[source['vantage']]}"
    kind = CSL.get(source["kind"], "webpage")
    item = {"id": source["source_id"], "type": kind, "title": source["title"], "URL": source["url"],
            "language": source["language"], "note": remark}
    if kind in ("webpage", "article-newspaper"):
        item["container-title"] = source["publisher"]
    if kind != "article-newspaper":
        item["publisher"] = source["publisher"]
    if _date(source["date"]):
        item["issued"] = {"date-parts": [_date(source["date"])]}
        if re.search(r"[~?%]", source["date"]):
            item["issued"]["circa"] = True
    item["accessed"] = {"date-parts": [_date(source["accessed"])]}
    return item


def _names(wb, where, pages):
    """Every actor with all spellings met; the terms used for coding."""
    spellings = {}
    for n in wb.actor_names.to_dict("records"):
        spellings.setdefault((n["actor_id"], n["language"]), []).append(n)
    lines = ["# Names and terms", "",
             "One English name is used for each state, body, person and place; every other spelling met is kept here. "
             "The rule, and the table of place names with their Armenian and Azerbaijani forms, are in the codebook "
             "under [Names](codebook.md#names).", ""]
    actors = wb.actors.sort_values(["name", "actor_id"], key=lambda c: c.str.casefold())
    for kind, title in KINDS.items():
        rows = []
        for a in actors[actors["kind"] == kind].to_dict("records"):
            mine = sorted(k for k in spellings if k[0] == a["actor_id"])
            forms = [f"{markup.text(LANGUAGES.get(k[1], k[1]))}: " + "; ".join(_spelling(n) for n in spellings[k])
                     for k in mine]
            rows.append(("", [markup.text(a["name"]), "<br>".join(forms),
                              markup.link(where["actors", a["actor_id"]], a["actor_id"])]))
        table = markup.table(f"{title}, {len(rows)}", ["Name used here", "Names and spellings met", "Row"], rows, True)
        lines += [f"## {title}", "", markup.raw(pages, f"names_{kind}", table)]
    codes = [("", [markup.text(c["code"]), markup.text(c["family"]), markup.text(c["definition"])])
             for c in wb.codebook.to_dict("records")]
    elements = [("", [markup.text(e["label"]), markup.text(e["question"])])
                for e in wb.elements.sort_values("order").to_dict("records")]
    lines += ["## Codes given to statements", "",
              markup.raw(pages, "names_codes", markup.table("Codes", ["Code", "Family", "Definition"], codes)),
              "## Elements of settlement texts", "",
              markup.raw(pages, "names_elements", markup.table("Elements", ["Element", "What is asked"], elements))]
    (pages / "names.md").write_text("\n".join(lines), "utf-8")


def _spelling(name):
    note = f" ({markup.text(name['note'].removesuffix('.'))})" if name["note"] else ""
    return f'<span lang="{markup.text(name["language"])}">{markup.text(name["name"])}</span>{note}'


def api(package: Path, pages: Path) -> None:
    """The public functions of the package, module by module."""
    lines = ["# The package minsk", "",
             "What the notebooks call, from the docstrings. "
             "`import minsk; wb = minsk.load()` gives the tables; the rest takes them.", ""]
    first = ["tables", "checks", "citations", "dates"]
    modules = sorted((f.stem for f in package.glob("[a-z]*.py")), key=lambda m: (m not in first, m))
    for module in modules:
        lines += [f"## minsk.{module}", "", "```{eval-rst}", f".. automodule:: minsk.{module}", "   :members:", "",
                  "```", ""]
    (pages / "api.md").write_text("\n".join(lines), "utf-8")
