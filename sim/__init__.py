"""Cycle-accurate co-simulation of the generated Verilog, compared bit for bit with the golden model."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from firstspike.golden.network_file import NetworkFile
    from firstspike.sim.simulate import SimulationResult


def run(network: "NetworkFile", images: "np.ndarray", **options: Any) -> "SimulationResult":
    """Simulate a network cycle by cycle and compare everything it does with the golden model.

    Parameters
    ----------
    network : golden.network_file.NetworkFile
        What `quant.export` returned, or `golden.network_file.load`.
    images : uint8 array (N, channels, height, width)
    **options
        Those of `sim.simulate.run`: stalls, waves, progress.

    Returns
    -------
    sim.simulate.SimulationResult
        Also if something differs: see its `matches` and `divergence`.

    Raises
    ------
    golden.evaluators.evaluation.InputError
        The images do not suit network or batch.
    golden.errors.SimulationError
        The simulation cannot be built or run.
    """
    # This package is also loaded inside the simulator, which needs none of the rest.
    from firstspike.sim import simulate

    return simulate.run(network, images, **options)
