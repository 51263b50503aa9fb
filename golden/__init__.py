"""The number formats, the configuration and the bit-exact NumPy model of the firstspike processor."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from firstspike.golden.evaluators.evaluation import Evaluation
    from firstspike.golden.network import Network
    from firstspike.golden.network_file import NetworkFile


def run(network: "Network | NetworkFile", images: "np.ndarray") -> "Evaluation":
    """Evaluate images bit for bit as the processor does.

    Parameters
    ----------
    network : golden.network.Network or golden.network_file.NetworkFile
    images : uint8 array (N, channels, height, width)

    Returns
    -------
    golden.evaluators.evaluation.Evaluation

    Raises
    ------
    golden.evaluators.evaluation.InputError
        The images do not fit the network.
    golden.network.NetworkError
        The network is not exact.
    """
    # numba takes its time to load; whoever only needs the formats does without.
    from firstspike.golden.evaluators import fast

    return fast.run(getattr(network, "network", network), images)
