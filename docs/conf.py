"""How the site is built: ``sphinx-build -EnW --keep-going docs build/docs``."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import fsm

project = "interop-fsm"
author = "the authors of interop-fsm"
version = release = fsm.__version__
html_title = f"{project} {version}"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode", "generator"]
exclude_patterns = ["generator"]
primary_domain = "fsm"
highlight_language = "text"
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
suppress_warnings = ["myst.header"]  # the changelog and other pages of the repository have their own order of headings

html_theme = "furo"
html_static_path = ["static"]
html_extra_path = ["../fsm/data/explorer.html"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False

autodoc_default_options = {"members": True}
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
autodoc_type_aliases = {name: name for name in ("ArrayLike", "Rows", "Symbols", "Integers", "Source", "Progress")}
autodoc_preserve_defaults = True
python_use_unqualified_type_names = True
nitpick_ignore_regex = [("py:.*", ".*")]
