"""The command `firstspike verify mutate`."""

import json
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from firstspike.flow.synthesis.synthesis_errors import SynthesisError
from firstspike.golden.config import PRESETS, ConfigurationError
from firstspike.golden.errors import SimulationError
from firstspike.golden.files import write_atomically
from firstspike.golden.paths import ROOT

RESULTS = ROOT / "docs" / "verification" / "mutation.json"
CONFIG = "tiny"


@click.command()
@click.option("--mutants", default=120, show_default=True, type=click.IntRange(1, 1023), help="Mutants of the RTL.")
@click.option(
    "--golden-mutants", default=44, show_default=True, type=click.IntRange(min=1), help="Mutants of the golden model."
)
@click.option("--seed", default=1, show_default=True, type=click.IntRange(min=0), help="Of the choice of mutants.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=RESULTS,
    help="Results, as JSON.  [default: docs/verification/mutation.json]",
)
def mutate(mutants, golden_mutants, seed, output):
    """Changes RTL and golden model in one place at a time and sees whether the tests notice; can be interrupted."""
    # numba takes its time to import: not for --help.
    import numba

    from firstspike.verify.mutation import mutation_campaign as campaign
    from firstspike.verify.mutation import mutation_section as document

    # The networks are so small that threads wait for each other longer than they work.
    numba.set_num_threads(1)
    console = Console(highlight=False)
    try:
        with Progress(
            TextColumn("{task.description:.60}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
        ) as progress:
            task = progress.add_task("")

            def advance(what, total, done):
                progress.update(task, description=what, total=total, completed=done)

            results = {
                "config": CONFIG,
                "seed": seed,
                "rtl": campaign.run_rtl(PRESETS[CONFIG], mutants, seed, advance),
                "golden": campaign.run_golden(golden_mutants, seed, advance),
            }
    except (SimulationError, SynthesisError, ConfigurationError) as error:
        raise click.ClickException(str(error)) from None
    output.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(output, (json.dumps(results, indent=1) + "\n").encode())
    for part, title in document.PARTS.items():
        console.print(f"{title}: {document.score(results[part])}", soft_wrap=True)
        for entry in results[part]:
            if entry["verdict"] == "survived":
                console.print(f"[red]SURVIVED[/]: {entry['name']} ({entry['source']})", soft_wrap=True)
    console.print(f"results: {output}", soft_wrap=True)
    if any(entry["verdict"] == "survived" for part in document.PARTS for entry in results[part]):
        raise SystemExit(1)
