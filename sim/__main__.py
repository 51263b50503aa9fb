"""`python -m firstspike.sim FILE`: does the RTL equal the golden model on random images?"""

from pathlib import Path

import click
import numpy as np

from firstspike.golden import network_file
from firstspike.golden.errors import SimulationError
from firstspike.golden.network import NetworkError
from firstspike.sim import simulate
from firstspike.sim.stimulus import MAX_SEED, MAX_STALL


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--images", "count", type=click.IntRange(min=1), help="Random images.  [default: one batch]")
@click.option(
    "--stall",
    default=0.0,
    show_default=True,
    type=click.FloatRange(0, MAX_STALL),
    help="Share of cycles in which each stream pauses, at random.",
)
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0, MAX_SEED), help="Of images and pauses.")
def main(file, count, stall, seed):
    """Run random images through the RTL of the network file FILE and compare every number with the golden model."""
    try:
        loaded = network_file.load(file)
        shape = (count or loaded.schedule.batch, *loaded.network.input_shape)
        images = np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)
        result = simulate.run(loaded, images, stall=stall, seed=seed)
    except (NetworkError, SimulationError) as error:
        raise click.ClickException(str(error)) from None
    if not result.matches:
        raise click.ClickException(f"RTL and golden model differ: {result.divergence or result.counter_differences}")
    click.echo(f"equal: {len(images)} images, {result.cycles:,} cycles")


if __name__ == "__main__":
    main(prog_name="python -m firstspike.sim")
