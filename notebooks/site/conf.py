"""The site: Sphinx with myst-nb, because it takes executed notebooks as they are and adds search and navigation."""

import json
from pathlib import Path

package = json.loads((Path(__file__).resolve().parents[2] / "data" / "datapackage.json").read_text("utf-8"))
project = "Minsk Process Workbook"
author = "Minsk Process Workbook contributors"
copyright = "CC BY 4.0 (data and text), MIT (code)"
version = release = package["version"]
language = "en"
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["*.inc"]
nb_execution_mode = "off"  # the notebooks come executed
nb_merge_streams = True
nb_ipywidgets_js = {}  # these would come from another server
myst_heading_anchors = 3
default_role = "py:obj"  # `name` in a docstring: a link where there is such a thing, else code
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
napoleon_numpy_docstring = True
napoleon_use_param = False  # else what is said of two parameters together is said twice
html_theme = "sphinx_book_theme"
html_title = project
html_last_updated_fmt = None
html_show_sphinx = False
html_show_copyright = False  # the box under each page tells the licence
html_show_search_summary = False  # would fetch pages, which a browser does not do from a disk
html_copy_source = False
html_static_path = ["static"]
html_css_files = ["site.css"]
html_js_files = [("site.js", {"defer": "defer"})]
templates_path = ["templates"]
html_context = {
    "default_mode": "auto",
    "cite_year": package["created"][:4],
    "cite_as_of": package["minsk:as_of"],
    "cite_author": author,
}
html_theme_options = {
    "use_download_button": False,  # the box under each page has the notebook as it is
    "use_fullscreen_button": False,
    "navbar_persistent": [],
    "show_toc_level": 2,
    "home_page_in_toc": True,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
    "article_footer_items": ["cite.html"],
}


def finish(app, page, template, context, doctree):
    """Say of the heads of Markdown tables, too, that they head a column."""
    if "body" in context:
        context["body"] = context["body"].replace('<th class="head', '<th scope="col" class="head')


def skip(app, what, name, member, told, options):
    """Leave out the fields of named tuples, of which Python says no more than their number."""
    return True if str(member.__doc__).startswith("Alias for field number") else None


def setup(app):
    app.connect("html-page-context", finish)
    app.connect("autodoc-skip-member", skip)
