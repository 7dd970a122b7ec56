"""The site that `make` builds, from the notebooks as stored."""

import json
import re
from html.parser import HTMLParser

import pypandoc
import pytest
from conftest import ROOT
from test_notebooks import NOTEBOOKS


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.images, self.links, self.titles, self.external = [], [], 0, []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "img":
            self.images.append(given)
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "h1":
            self.titles += 1
        for name in ("src", "data") if tag != "a" else ():
            if re.match(r"(https?:)?//", given.get(name, "")):
                self.external.append(given[name])
        if tag == "link" and given.get("rel") == "stylesheet" and re.match(r"(https?:)?//", given["href"]):
            self.external.append(given["href"])


@pytest.mark.parametrize("name", [n.stem for n in NOTEBOOKS])
def test_each_notebook_is_a_page_with_its_figures_described(site, name):
    text = (site / f"{name}.html").read_text("utf-8")
    page = Page(text)
    stored = (ROOT / "notebooks" / f"{name}.ipynb").read_text("utf-8").count('"image/png": "')
    figures = [i for i in page.images if i["src"].startswith("_images/")]
    assert len(figures) == stored
    for image in figures:
        assert (site / image["src"]).exists()
        assert len(image.get("alt", "")) > 40 and "_images" not in image["alt"]
    assert Page(text.partition("<article")[2]).titles == 1  # the theme repeats the title for print, above


def test_no_page_loads_anything_from_elsewhere_and_no_link_is_broken(site):
    for file in sorted(site.glob("*.html")):
        page = Page(file.read_text("utf-8"))
        assert page.external == [], file.name
        for link in page.links:
            target = link.split("#")[0].split("?")[0]
            if target and not re.match(r"[a-z]+:", target):
                assert (file.parent / target).exists(), (file.name, link)


def test_the_front_page_leads_to_every_notebook_and_the_codebook(site):
    links = set(Page((site / "index.html").read_text("utf-8")).links)
    assert {f"{n.stem}.html" for n in NOTEBOOKS} | {"codebook.html"} <= links


@pytest.mark.parametrize("name, kind", [("bibliography.json", "csljson"), ("bibliography.bib", "bibtex")])
def test_reference_managers_read_every_source_from_the_exports(site, wb, name, kind):
    """By pandoc, which wrote them, and as JSON."""
    text = (site / name).read_text("utf-8")
    items = json.loads(pypandoc.convert_text(text, "csljson", format=kind))
    addresses = {item["id"]: item["URL"] for item in items}
    assert len(items) == len(addresses)
    assert addresses == dict(zip(wb.sources["source_id"], wb.sources["url"], strict=True))
    if kind == "csljson":
        assert {item["id"] for item in json.loads(text)} == set(addresses)


def test_a_table_with_an_order_of_its_own_is_shown_in_it(site, wb):
    page = (site / "data_phases.html").read_text("utf-8")
    phases = wb.phases.sort_values("start")["phase_id"]
    assert re.findall(r'<tr id="row-([^"]+)">', page) == phases.tolist() != wb.phases["phase_id"].tolist()


def test_the_table_of_a_figure_has_short_numbers_and_the_file_all_digits(site):
    page, name = (site / "04_proposals.html").read_text("utf-8"), "figure_04_proposals_4.csv"
    digits = re.findall(r",(0\.\d{5,})$", (site / name).read_text("utf-8"), re.MULTILINE)
    assert digits and all(f"<td>{float(d):.4g}</td>" in page and f"<td>{d}</td>" not in page for d in digits)
