"""The command `firstspike verify fuzz`."""

import click
from rich.console import Console

from firstspike.golden.errors import SimulationError


@click.command()
@click.option(
    "--network-files",
    default=12_000,
    show_default=True,
    type=click.IntRange(min=0),
    help="Damaged and forged network files to read.",
)
@click.option(
    "--checkpoints",
    default=1400,
    show_default=True,
    type=click.IntRange(min=0),
    help="Damaged and forged checkpoints to export.",
)
@click.option(
    "--pytorch-files",
    default=1600,
    show_default=True,
    type=click.IntRange(min=0),
    help="Damaged PyTorch files to read; needs PyTorch.",
)
@click.option(
    "--streams",
    default=780,
    show_default=True,
    type=click.IntRange(min=0),
    help="Malformed streams into the RTL, each followed by a reset and a good run.",
)
def fuzz(network_files, checkpoints, pytorch_files, streams):
    """Fuzz the readers of files and the processor's streams.

    What is finished is kept in build/fuzz; an interrupted campaign goes on where it stopped.
    """
    # numba takes its time to import: not for --help.
    import numba

    from firstspike.verify.fuzz import fuzz_run as command

    numba.set_num_threads(1)
    console = Console(highlight=False)
    counts = {
        "network_files": network_files,
        "checkpoints": checkpoints,
        "pytorch_files": pytorch_files,
        "streams": streams,
    }
    try:
        results = command.run(console, {target: count for target, count in counts.items() if count})
    except SimulationError as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}") from None
    for target, found in results.items():
        console.print(f"{target.replace('_', ' ')}: {found['cases']:,} cases, {found['problems']} problems")
        for problem in found["first_problems"]:
            console.print(f"  seed {problem['seed']} ({problem['kind']}): {problem['problem']}", markup=False)
    console.print(f"results: {command.RESULTS}", soft_wrap=True)
    if any(found["problems"] for found in results.values()):
        raise SystemExit(1)
