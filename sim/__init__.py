"""Cycle-accurate co-simulation of the generated Verilog, compared bit for bit with the golden model."""


def run(network_file, images, **options):
    """Simulate a network cycle by cycle and compare everything it does with the golden model.

    Parameters
    ----------
    network_file : golden.network_file.NetworkFile
    images : uint8 array (N, channels, height, width)
    **options
        Those of `sim.simulate.run`: stalls, waves, progress.

    Returns
    -------
    sim.simulate.SimulationResult
        Also if something differs: see its `matches` and `divergence`.

    Raises
    ------
    golden.evaluation.InputError
        The images do not suit network or batch.
    sim.errors.SimulationError
        The simulation cannot be built or run.
    """
    # This package is also loaded inside the simulator, which needs none of the rest.
    from sim import simulate
    return simulate.run(network_file, images, **options)
