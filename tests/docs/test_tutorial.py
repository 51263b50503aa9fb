"""The tutorial, with the packages that it asks for and no others."""

import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
TUTORIAL = ROOT / "docs" / "tutorial.md"

RUN = """
import doctest, sys
from importlib import metadata

class Hiding:
    def __init__(self, finder):
        self.finder = finder

    def find_spec(self, name, path=None, target=None):
        return None if name in hidden else self.finder.find_spec(name, path, target)

    def find_distributions(self, context):
        return getattr(self.finder, "find_distributions", lambda context: ())(context)

    def invalidate_caches(self):
        getattr(self.finder, "invalidate_caches", lambda: None)()

allowed = set(sys.argv[2:])
owners = metadata.packages_distributions()
hidden = {
    module for module, names in owners.items()
    if not any(name.lower().replace("_", "-").replace(".", "-") in allowed for name in names)
}
sys.meta_path[:] = map(Hiding, sys.meta_path)
assert "hypothesis" in hidden  # as what a test needs is
sys.exit(doctest.testfile(sys.argv[1], module_relative=False).failed)
"""


def normal(name):
    return re.sub("[-_.]+", "-", name).lower()


def closure(names, extras):
    """Names of the distributions, and of all that they need in turn."""
    found, waiting = set(), [(normal(name), frozenset(extras)) for name in names]
    while waiting:
        name, wanted = waiting.pop()
        if (name, wanted) in found:
            continue
        found.add((name, wanted))
        try:
            requirements = metadata.requires(name) or []
        except metadata.PackageNotFoundError:  # of another platform
            continue
        for text in requirements:
            needed = Requirement(text)
            if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in ("", *wanted)):
                waiting.append((normal(needed.name), frozenset(needed.extras)))
    return {name for name, _ in found}


@pytest.fixture(scope="module")
def extras():
    (named,) = re.findall(r"pip install -e '\.\[([a-z,]+)\]'", TUTORIAL.read_text())
    return named.split(",")


def run(document, packages):
    return subprocess.run(
        [sys.executable, "-c", RUN, str(document), *sorted(packages)], cwd=ROOT, capture_output=True, text=True
    )


def test_the_tutorial_does_what_it_says_with_exactly_the_extras_that_it_names(extras):
    outcome = run(TUTORIAL, closure(["firstspike"], extras))
    assert outcome.returncode == 0, outcome.stdout[-4000:] + outcome.stderr[-4000:]


def test_a_package_that_is_not_asked_for_is_hidden(tmp_path, extras):
    """The energy chapter needed PyYAML, which the tutorial did not ask for."""
    document = tmp_path / "energy.md"
    document.write_text("    >>> import yaml\n    >>> import numpy\n")
    assert run(document, closure(["firstspike"], extras)).returncode == 0
    outcome = run(document, closure(["firstspike"], ["sim", "train"]))
    assert outcome.returncode == 1 and "No module named 'yaml'" in outcome.stdout


def test_the_commands_of_the_tutorial_overwrite_no_tracked_file():
    commands = re.findall(r"^    (firstspike|make) (.*)$", TUTORIAL.read_text(), re.MULTILINE)
    assert len(commands) >= 2
    for _, arguments in commands:
        assert not re.search(r"(-o|--output)[ =]models/", arguments)
