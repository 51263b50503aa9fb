"""Where the checkout is, and where everything that is made goes."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The folder with the packages: the checkout, or `firstspike` of an installed wheel."""

CHECKOUT = (ROOT / "pyproject.toml").is_file()

BUILD = Path(os.environ.get("FIRSTSPIKE_BUILD") or (ROOT if CHECKOUT else Path.cwd()) / "build").absolute()
"""A wheel's files are not to be written to, so it builds where its user works."""
