"""Imports between the packages go one way: what stands below knows nothing of what stands above."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {
    "golden": {"golden"},
    "quant": {"golden", "quant"},
    "hw": {"golden", "hw"},
    "sim": {"golden", "quant", "hw", "sim"},
    "flow": {"golden", "quant", "hw", "sim", "flow"},
    "report": {"golden", "quant", "hw", "sim", "report"},
    "verify": {"golden", "quant", "hw", "sim", "flow", "report", "verify"},
}


def imported(path):
    """Packages of `firstspike` that a file imports, inside of functions too."""
    for node in ast.walk(ast.parse(path.read_text())):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        yield from (name.split(".")[1] for name in names if name.startswith("firstspike."))


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_a_package_imports_only_what_stands_below(package):
    found = {path: set(imported(path)) - MAY_IMPORT[package] for path in (ROOT / package).rglob("*.py")}
    assert len(found) > 5
    assert {str(path): above for path, above in found.items() if above} == {}
