"""Where the network file of a model is."""

from pathlib import Path

from firstspike.golden import network_file
from firstspike.golden.network_file import NetworkFileError
from firstspike.golden.paths import BUILD

DIRECTORY = BUILD / "networks"
"""Network files made from the checkpoints in `models/`."""

SUFFIX = ".firstspike"


def load(model):
    """The network file at the path `model`, or of the model named so in `DIRECTORY`.

    Raises
    ------
    golden.network_file.NetworkFileError
        There is none, or it cannot be read.
    """
    named = DIRECTORY / f"{model}{SUFFIX}"
    for path in (Path(model), named):
        if path.is_file():
            return network_file.load(path)
    raise NetworkFileError(
        f"{model} is neither a network file nor the name of one in {DIRECTORY}; "
        f"`firstspike export models/{model}.safetensors -o {named}` makes it"
    )
