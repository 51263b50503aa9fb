"""Command line: `firstspike verify formal`."""

import json
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from firstspike.golden.files import write_atomically
from firstspike.verify.formal.formal_errors import FormalError

DIRECTORY = Path("build/formal")
RESULTS = Path("docs/verification/formal.json")


@click.command()
@click.option("--block", metavar="NAME", help="Only the proofs of this block, and no results file.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=RESULTS,
    show_default=True,
    help="Results of all proofs, as JSON.",
)
def formal(block, output):
    """Proves properties of the components with SymbiYosys and Z3; what is proven already for the same RTL is kept."""
    from firstspike.verify.formal import proofs, symbiyosys

    console = Console(highlight=False)
    if block is not None and block not in proofs.BLOCKS:
        raise click.ClickException(f"unknown block {block!r}: expected one of {', '.join(proofs.BLOCKS)}")
    chosen = [proof for proof in proofs.ALL if block in (None, proof.block)]
    verdicts = []
    try:
        with Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        ) as progress:
            task = progress.add_task("", total=len(chosen))
            for proof in chosen:
                progress.update(task, description=proof.name)
                verdicts.append(symbiyosys.prove(proof, DIRECTORY))
                progress.advance(task)
    except FormalError as error:
        raise click.ClickException(str(error)) from None
    console.print(table(verdicts))
    if block is None:
        results = {"engine": symbiyosys.ENGINE, "proofs": [asdict(verdict) for verdict in verdicts]}
        output.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(output, (json.dumps(results, indent=1) + "\n").encode())
        console.print(f"results: {output}", soft_wrap=True)
    for verdict in verdicts:
        if not verdict.holds:
            console.print(
                f"[red]{verdict.result.upper()}[/]: {verdict.name}: {verdict.statement} "
                f"(traces: {DIRECTORY / verdict.name})",
                soft_wrap=True,
            )
    if not all(verdict.holds for verdict in verdicts):
        raise SystemExit(1)


def table(verdicts):
    """rich Table of verdicts."""
    found = Table(title=f"proofs ({', '.join(sorted({verdict.engine for verdict in verdicts}))}), times in seconds")
    found.add_column("proof", no_wrap=True)
    for name in ("mode", "depth", "result", "covers", "proof", "covers"):
        found.add_column(name, justify="left" if name in ("mode", "result") else "right")
    for verdict in verdicts:
        found.add_row(
            verdict.name,
            verdict.mode,
            f"{verdict.depth}",
            f"[{'green' if verdict.holds else 'red'}]{verdict.result}[/]",
            f"{verdict.reached}/{verdict.covers}",
            f"{verdict.seconds:.1f}",
            f"{verdict.cover_seconds:.1f}",
        )
    return found
