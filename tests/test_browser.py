"""The site as a reader has it: every page opened from disk in headless Chromium, at a desk and on a phone.

Needs Debian's chromium and chromium-driver (or any Chrome with its chromedriver) and is skipped without them.
"""

import csv
import json
import shutil
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

PHONE = {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True}
FLAGS = """--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync --disable-dev-shm-usage --disable-extensions --window-size=1280,900"""
AXE = Path(find_spec("axe_core_python").submodule_search_locations[0]) / "axe.min.js"  # all it is here for

FACTS = """
const all = (selector) => [...document.querySelectorAll(selector)];
return {
  title: document.title,
  ids: all('[id], a[name]').map(e => e.id || e.name),
  links: all('a[href], area[href]').map(e => [e.getAttribute('href'), e.href]),
  images: all('img, svg[role=img]:not([aria-hidden=true]), input[type=image]').map(e => ({
    source: e.getAttribute('src') || e.tagName,
    address: e.src || '',
    description: (e.alt ?? (e.getAttribute('aria-label') || e.getAttribute('title') || '')).trim(),
    empty: e.tagName === 'IMG' && e.loading !== 'lazy' && e.naturalWidth === 0,
  })),
  };
"""

# Of many rows, entries or paragraphs alike the first stand for the rest: axe would take minutes to see them all.
FEWER = """
for (const list of document.querySelectorAll('tbody, article ul, article ol, article dl, article section')) {
  const seen = {};
  for (const e of [...list.children]) {
    const kind = e.tagName + e.className;
    seen[kind] = (seen[kind] || 0) + 1;
    if (seen[kind] > arguments[0]) e.remove();
  }
}
"""

AXE_RUN = """
const done = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ['violations'], preload: false, ...arguments[0]}).then(
  result => done(result.violations.filter(v => ['serious', 'critical'].includes(v.impact)).map(v =>
    `${v.impact} ${v.id}: ${v.help}; first of ${v.nodes.length}: ${v.nodes[0].html.slice(0, 250)} ` +
    v.nodes[0].any.map(check => check.message).join('; ').slice(0, 200))),
  error => done(['axe failed: ' + error]));
"""
COLOURS = ["color-contrast", "link-in-text-block"]  # these take most of the time

# How wide the page is, and what sticks out of it other than inside something that scrolls by itself.
WIDTH = """
const width = document.documentElement.clientWidth, out = [];
const scrolls = e => e && e !== document.body && e !== document.documentElement && (
  getComputedStyle(e).overflowX !== 'visible' || getComputedStyle(e).position === 'fixed' || scrolls(e.parentElement));
const wide = Math.max(document.documentElement.scrollWidth, document.body.scrollWidth);
if (wide > arguments[0])
  for (const e of document.body.querySelectorAll('*'))
    if (out.length < 3 && e.getBoundingClientRect().right > arguments[0] + 1 && !scrolls(e))
      out.push(e.tagName.toLowerCase() + (e.id ? '#' + e.id : '') + (e.className ? '.' + e.className : ''));
return [wide, out.join(', ').slice(0, 200)];
"""


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    driver = shutil.which("chromedriver")
    if not chromium or not driver:
        pytest.skip("the site was not opened in a browser: chromium or chromedriver is missing "
                    "(on Debian: apt-get install chromium chromium-driver)")
    with start(chromium, driver, tmp_path_factory.mktemp("chromium")) as browser:
        yield browser


def start(chromium, driver, folder):
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in [*FLAGS.split(), f"--user-data-dir={folder / 'profile'}"]:
        options.add_argument(flag)
    options.add_experimental_option("prefs", {"download.default_directory": str(folder / "downloads")})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    browser = webdriver.Chrome(options=options, service=Service(driver))
    browser.set_page_load_timeout(120)
    browser.set_script_timeout(120)
    browser.downloads = folder / "downloads"
    browser.get("about:blank")
    logged(browser)
    return browser


def wait(browser, for_what, message):
    return WebDriverWait(browser, 20, poll_frequency=0.1).until(for_what, message)


def logged(browser):
    """The errors in the console and the requests to elsewhere since the last call."""
    found = [f"console: {e['message'][:300]}" for e in browser.get_log("browser") if e["level"] == "SEVERE"]
    for entry in browser.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        address = message.get("params", {}).get("request", {}).get("url") or message.get("params", {}).get("url", "")
        if message["method"] in ("Network.requestWillBeSent", "Network.webSocketCreated") and (
                urlsplit(address).scheme not in ("file", "data", "blob", "about", "chrome")):
            found.append(f"request: {address[:200]}")
    return found


def visit(browser, site):
    """Open every page once and note what it holds, what it asks for, how wide a phone shows it and what axe says."""
    axe, pages = AXE.read_text("utf-8"), {}
    for file in sorted(p for p in site.rglob("*.html") if "_static" not in p.relative_to(site).parts):
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", PHONE)
        browser.get(file.as_uri())
        page = pages[file] = browser.execute_script(FACTS)
        page["width"], page["wide"] = browser.execute_script(WIDTH, PHONE["width"])
        browser.execute_script(FEWER, 50)
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        browser.execute_script(axe)
        page["axe"] = browser.execute_async_script(AXE_RUN, {"rules": {r: {"enabled": False} for r in COLOURS}})
        browser.execute_script(FEWER, 10)
        page["axe"] += browser.execute_async_script(AXE_RUN, {"runOnly": COLOURS})
        page["logged"] = logged(browser)
    return pages


def broken(pages, site):
    """Links and images that lead nowhere, leave the site's folder or name a place that their page has not."""
    ids = {file: {*page["ids"], "", "top"} for file, page in pages.items()}
    for file, page in pages.items():
        for written, address in [*page["links"], *([i["source"], i["address"]] for i in page["images"])]:
            parts = urlsplit(address)
            if parts.scheme != "file":
                continue
            target, place = Path(unquote(parts.path)), unquote(parts.fragment)
            if not target.is_relative_to(site):
                yield f"{file.name}: {written} leads out of the site"
            elif not target.is_file():
                yield f"{file.name}: {written} does not exist"
            elif target in ids and place not in ids[target]:
                yield f"{file.name}: {written} names no place on its page"
        yield from (f"{file.name}: {i['source']} shows nothing" for i in page["images"] if i["empty"])


def undescribed(pages):
    for file, page in pages.items():
        for image in page["images"]:
            if not image["description"] or image["description"].endswith((".png", ".svg", ".jpg")):
                yield f"{file.name}: {image['source']} has no description ({image['description']!r})"


def downloads(pages, suffix):
    """Each file of a kind that a page links to, with the page and the link as written."""
    return {Path(unquote(urlsplit(address).path)): (file, written) for file, page in pages.items()
            for written, address in page["links"]
            if urlsplit(address).scheme == "file" and urlsplit(address).path.endswith(suffix)}


def download(browser, page, written):
    """What arrives on disk when a link is clicked."""
    shutil.rmtree(browser.downloads, ignore_errors=True)
    browser.get(page.as_uri())
    link = next(a for a in browser.find_elements(By.CSS_SELECTOR, "a[href]") if a.get_dom_attribute("href") == written)
    browser.execute_script("arguments[0].download ||= ''; arguments[0].click()", link)
    arrived = browser.downloads / Path(written).name
    wait(browser, lambda b: arrived.exists(), f"{page.name}: nothing arrives after a click on {written}")
    return arrived


def listing(pages, key):
    """What was found, each with the pages where it was."""
    where = {}
    for file, page in pages.items():
        for entry in page[key]:
            where.setdefault(entry, []).append(file.name)
    return "\n".join(f"{', '.join(names[:5])}{f' and {len(names) - 5} more' * (len(names) > 5)}: {entry}"
                     for entry, names in where.items())


@pytest.fixture(scope="session")
def pages(browser, site):
    return visit(browser, site)


def test_every_page_opens_without_an_error_or_a_request_elsewhere(pages):
    assert len(pages) > 6 and all(page["title"] for page in pages.values())
    assert not listing(pages, "logged"), listing(pages, "logged")


def test_no_link_or_image_is_broken(pages, site):
    found = list(broken(pages, site))
    assert not found, "\n".join(found)


def test_every_image_is_described(pages):
    assert sum(len(page["images"]) for page in pages.values()) > 10
    found = list(undescribed(pages))
    assert not found, "\n".join(found)


def test_axe_finds_no_serious_barrier(pages):
    assert not listing(pages, "axe"), listing(pages, "axe")


def test_no_page_scrolls_sideways_on_a_phone(pages):
    found = [f"{f.name}: {p['width']} px wide: {p['wide']}" for f, p in pages.items() if p["width"] > PHONE["width"]]
    assert not found, "\n".join(found)


def test_search_finds_lisbon(browser, site):
    browser.get((site / "search.html").as_uri() + "?q=Lisbon")
    results = wait(browser, lambda b: b.find_elements(By.CSS_SELECTOR, "#search-results li a"), "no result")
    addresses = [urlsplit(a.get_attribute("href")) for a in results]
    assert all(Path(unquote(a.path)).is_file() for a in addresses)
    assert not logged(browser)


def test_folded_code_opens_and_closes_with_a_click(browser, site):
    for file in sorted(site.glob("0*.html")):
        browser.get(file.as_uri())
        fold = browser.find_element(By.CSS_SELECTOR, ".cell details")
        label, code = fold.find_element(By.TAG_NAME, "summary"), fold.find_element(By.TAG_NAME, "pre")
        browser.execute_script("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", label)
        for visible in (True, False):
            assert code.is_displayed() is not visible, file.name
            label.click()
            wait(browser, lambda b, code=code, visible=visible: code.is_displayed() is visible, file.name)
    logged(browser)


def test_downloads_arrive_whole(browser, pages):
    tables, notebooks = downloads(pages, ".csv"), downloads(pages, ".ipynb")
    assert tables and {n.stem for n in notebooks} >= {f.stem for f in pages if f.name.startswith("0")}
    for table in tables:
        with table.open(newline="", encoding="utf-8") as lines:
            assert len({len(row) for row in csv.reader(lines)}) == 1, table.name
    for notebook in notebooks:
        assert json.loads(notebook.read_text("utf-8"))["cells"], notebook.name
    table, (page, written) = next(iter(tables.items()))
    assert download(browser, page, written).read_bytes() == table.read_bytes()
    logged(browser)
