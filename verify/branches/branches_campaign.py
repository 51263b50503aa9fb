"""`firstspike verify branches`, and its section of docs/verification.md."""

import click

from firstspike.golden import markdown
from firstspike.verify.branches import branches_run
from firstspike.verify.campaign import Campaign

LEAST = 0.9
"""Files of which less is met are listed."""


def section(results):
    """Markdown of the contents of docs/verification/branches.json."""
    low = {
        name: found
        for name, found in results["files"].items()
        if found["num_branches"] and found["covered_branches"] / found["num_branches"] < LEAST
    }
    return markdown.page(
        "## Branches of the Python packages",
        f"`make branches` runs the tests ({', '.join(f'`{name}`' for name in results['tests'])}) under the package `coverage`. "
        "Commands and simulations that a test starts as processes of their own are measured as well, up to those that are "
        "killed. Functions that numba compiles are left out: Python never runs their lines.",
        _table("package", results["packages"]),
        *((f"Files with less than {LEAST:.0%} of their branches:", _table("file", low)) if low else ()),
    )


def _table(what, figures):
    header = (what, "branches met", "of", "", "statements met", "of", "")
    return markdown.table(header, [_row(name, found) for name, found in figures.items()])


def _row(name, found):
    yield f"`{name}`"
    for met, total in (("covered_branches", "num_branches"), ("covered_lines", "num_statements")):
        yield from (f"{found[met]:,}", f"{found[total]:,}", f"{found[met] / found[total]:.1%}" if found[total] else "")


def shown(results):
    for package, found in results["packages"].items():
        yield (
            f"{package}: {found['covered_branches']:,} of {found['num_branches']:,} branches, "
            f"{found['covered_lines']:,} of {found['num_statements']:,} statements"
        )


@click.command(
    cls=Campaign,
    pages={"branches": ("Branches of the Python packages", "make branches")},
    section=section,
    shown=shown,
    one_thread=False,
)
@click.argument("tests", nargs=-1)
@click.option(
    "--package",
    "packages",
    multiple=True,
    default=branches_run.PACKAGES,
    show_default=True,
    type=click.Choice(branches_run.PACKAGES),
    help="Packages to measure.",
)
@click.option("--jobs", default=1, show_default=True, type=click.IntRange(min=1), help="Tests to run at the same time.")
def branches(work, tests, packages, jobs):
    """Measure which branches of the Python packages TESTS (all, if none is named) meet."""
    with work.doing("tests, slower than without measuring"):
        return branches_run.run(tests or ("tests",), packages, jobs)
