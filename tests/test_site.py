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
