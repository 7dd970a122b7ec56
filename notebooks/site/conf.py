"""The site: Sphinx with myst-nb, because it takes executed notebooks as they are and adds search and navigation."""

project = "Minsk Process Workbook"
author = "Minsk Process Workbook contributors"
copyright = "CC BY 4.0 (data and text), MIT (code)"
language = "en"
extensions = ["myst_nb"]
nb_execution_mode = "off"  # the notebooks come executed
nb_merge_streams = True
myst_heading_anchors = 3
html_theme = "sphinx_book_theme"
html_title = project
html_last_updated_fmt = None
html_show_sphinx = False
html_static_path = ["static"]
html_css_files = ["site.css"]
html_theme_options = {
    "use_download_button": True,
    "use_fullscreen_button": False,
    "navbar_persistent": [],
    "show_toc_level": 2,
}
