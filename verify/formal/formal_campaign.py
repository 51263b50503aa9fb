"""`firstspike verify formal`, and its section of docs/verification.md."""

import click

from firstspike.golden import markdown, terminal
from firstspike.verify.campaign import Campaign


def section(results):
    """Markdown of the contents of docs/verification/formal.json."""
    verdicts = results["proofs"]
    proven = [verdict for verdict in verdicts if verdict["result"] == "proven"]
    unbounded = sum(verdict["mode"] == "prove" for verdict in proven)
    seconds = sum(verdict["seconds"] + verdict["cover_seconds"] for verdict in verdicts)
    return markdown.page(
        "## Formal proofs",
        f"`make formal`: {len(proven)} of {len(verdicts)} statements about the components are proven, {unbounded} of them "
        f"for any number of cycles (k-induction), the others for the cycles after reset that the table gives. Every "
        f"input has every value in every cycle unless the property file in `verify/formal` states what the environment "
        f"promises. {sum(verdict['reached'] for verdict in verdicts)} of {sum(verdict['covers'] for verdict in verdicts)} "
        f"cover statements are reached, so that no proof is empty. Engine: SymbiYosys, {results['engine']}; "
        f"{seconds:.0f} s in all.",
        markdown.table(
            ("proof", "what holds", "cycles", "result", "covers reached", "proof, s", "covers, s"),
            [
                (
                    verdict["name"],
                    verdict["statement"],
                    "any" if verdict["mode"] == "prove" else verdict["depth"],
                    verdict["result"],
                    *_figures(verdict),
                )
                for verdict in verdicts
            ],
            "llrlrrr",
        ),
    )


def _figures(verdict):
    """Covers that are reached, seconds of the proof, seconds of the covers."""
    yield f"{verdict['reached']} of {verdict['covers']}"
    yield from (f"{verdict[name]:.1f}" for name in ("seconds", "cover_seconds"))


def shown(results):
    rows = [
        (
            verdict["name"],
            verdict["mode"],
            f"{verdict['depth']}",
            terminal.marked(verdict["result"], "green" if verdict["result"] == "proven" else "red"),
            *_figures(verdict),
        )
        for verdict in results["proofs"]
    ]
    header = ("proof", "mode", "depth", "result", "covers", "proof", "covers")
    yield terminal.table(f"proofs ({results['engine']}), times in seconds", header, rows, "llrlrrr")


def failures(results):
    from firstspike.verify.formal import symbiyosys

    for verdict in results["proofs"]:
        if verdict["result"] != "proven":
            traces = symbiyosys.DIRECTORY / verdict["name"]
            yield f"{verdict['result'].upper()}: {verdict['name']}: {verdict['statement']} (traces: {traces})"


@click.command(
    cls=Campaign,
    pages={"formal": ("Formal proofs", "make formal")},
    section=section,
    shown=shown,
    failures=failures,
    one_thread=False,
)
@click.option("--block", metavar="NAME", help="Only the proofs of this block, and no results file.")
def formal(work, block):
    """Prove properties of the components with SymbiYosys and Z3; what is proven already for the same RTL is kept."""
    from firstspike.verify.formal import proofs, symbiyosys

    if block is not None and block not in proofs.BLOCKS:
        raise click.ClickException(f"unknown block {block!r}: expected one of {', '.join(proofs.BLOCKS)}")
    if block is not None:
        work.name = None
    return symbiyosys.run(work, [proof for proof in proofs.ALL if block in (None, proof.block)])
