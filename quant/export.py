"""From a checkpoint to the network file: import, schedule, network stream."""

import hashlib
from dataclasses import asdict
from pathlib import Path

from golden.network import NetworkError
from golden.network_file import NetworkFile
from quant import architecture, checkpoint, mapper, stream
from quant.architecture import ArchitectureError
from quant.batch_norm import BatchNormError
from quant.checkpoint import CheckpointError
from quant.importer import import_network
from quant.quantise import QuantisationError
from quant.stream import StreamError

ERRORS = (ArchitectureError, BatchNormError, CheckpointError, NetworkError, QuantisationError, StreamError,
          mapper.MappingError)
"""Everything that makes an export end with a message to the user."""


def export(checkpoint_path, config, batch=1, architecture_path=None, input_coding=None):
    """The network file of a trained checkpoint for one hardware configuration.

    Parameters
    ----------
    checkpoint_path : path
        `.safetensors`, or a PyTorch state dictionary `.pt` or `.pth`.
    config : golden.config.HardwareConfig
    batch : int
        Images of one run, 1..16.
    architecture_path : path, optional
        JSON file that says what the tensors mean; by default the file beside the checkpoint, or its metadata.
    input_coding : str, optional
        "direct" or "ttfs", instead of the architecture's.

    Returns
    -------
    golden.network_file.NetworkFile

    Raises
    ------
    ERRORS
        One of these, with a message that says what was expected and what was found.
    """
    trained = checkpoint.read(checkpoint_path)
    described = architecture.load(architecture_path) if architecture_path else architecture.of_checkpoint(trained)
    if input_coding is not None:
        described = described.model_copy(update={"input_coding": input_coding})
    network, errors = import_network(trained, described, config)
    mapping = mapper.choose(network, config, batch)
    origin = {
        "checkpoint": Path(checkpoint_path).name,
        "checkpoint_sha256": hashlib.sha256(Path(checkpoint_path).read_bytes()).hexdigest(),
        "quantisation": errors,
        "mapping": [asdict(choice) for choice in mapping.choices],
    }
    return NetworkFile(network, mapping.schedule, stream.encode(network, mapping.schedule), origin)
