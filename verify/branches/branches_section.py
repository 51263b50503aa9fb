"""The section of docs/verification.md about the branches of the Python packages."""

LEAST = 0.9
"""Files of which less is met are listed."""


def section(results):
    """Markdown of the contents of docs/verification/branches.json."""
    low = {
        name: found
        for name, found in results["files"].items()
        if found["num_branches"] and found["covered_branches"] / found["num_branches"] < LEAST
    }
    lines = [
        "## Branches of the Python packages",
        "",
        f"`make branches` runs the tests ({', '.join(f'`{name}`' for name in results['tests'])}) under the package `coverage`. "
        "Commands and simulations that a test starts as processes of their own are measured as well, up to those that are "
        "killed. Functions that numba compiles are left out: Python never runs their lines.",
        "",
        "| package | branches met | of | | statements met | of | |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
        *[_row(f"`{name}`", found) for name, found in results["packages"].items()],
        "",
    ]
    if low:
        lines += [
            f"Files with less than {LEAST:.0%} of their branches:",
            "",
            "| file | branches met | of | | statements met | of | |",
            "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
            *[_row(f"`{name}`", found) for name, found in low.items()],
            "",
        ]
    return "\n".join(lines)


def _row(name, found):
    cells = [name]
    for met, total in (("covered_branches", "num_branches"), ("covered_lines", "num_statements")):
        share = f"{found[met] / found[total]:.1%}" if found[total] else ""
        cells += [f"{found[met]:,}", f"{found[total]:,}", share]
    return f"| {' | '.join(cells)} |"
