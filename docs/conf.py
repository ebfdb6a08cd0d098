"""How the site is built: `make site`."""

from searchvl_gym import __version__

project = "SearchVL Gym"
author = "The SearchVL Gym developers"
copyright = f"2026, {author}"
release = __version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
html_theme = "furo"
html_title = "SearchVL Gym"
html_static_path = ["images"]
html_favicon = "../searchvl_gym/demo/static/icon.svg"
html_theme_options = {"navigation_with_keys": True}
# Tables that a page with a title shows beside its own words.
exclude_patterns = ["results/ablation.md", "results/curation-ablation*.md"]
source_suffix = {".md": "markdown"}

suppress_warnings = [
    "myst.header",  # pages without a second level of headings
    "myst.xref_missing",  # links to files of the repository that are no pages
    "misc.highlighting_failure",  # signatures with words between them are no Python
]
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence", "dollarmath"]

autodoc_default_options = {"members": True, "member-order": "bysource", "undoc-members": False}
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True
