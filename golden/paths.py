"""Where the checkout is, and where everything that is made goes."""

import hashlib
import os
import re
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
"""The folder with the packages: the checkout, or `firstspike` of an installed wheel."""

CHECKOUT = (ROOT / "pyproject.toml").is_file()

BUILD = Path(os.environ.get("FIRSTSPIKE_BUILD") or (ROOT if CHECKOUT else Path.cwd()) / "build").absolute()
"""A wheel's files are not to be written to, so it builds where its user works."""

LONGEST_NAME = 100
"""Characters of a file's name without suffix; file systems take 255 bytes."""


def file_name(name: str) -> str:
    """`name` of a network or of anything else that a file or a user named, as one component of a path.

    ASCII letters, digits, spaces and `_ - + .` stay as they are, but for a dot at the beginning; every other byte of UTF-8
    becomes `%` and two hex digits. Different names have different file names.
    """
    safe = quote(name, safe=" +").replace("~", "%7E")
    safe = re.sub(r"^\.", "%2E", safe) or "%"
    if len(safe) <= LONGEST_NAME:
        return safe
    digest = hashlib.sha256(safe.encode()).hexdigest()[:16]
    return f"{safe[: LONGEST_NAME - 17]}~{digest}"
