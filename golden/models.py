"""Where the network file of a model is."""

from pathlib import Path

from golden import network_file
from golden.network_file import NetworkFileError

ROOT = Path(__file__).resolve().parent.parent
DIRECTORY = ROOT / "build" / "networks"
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
    raise NetworkFileError(f"{model} is neither a network file nor the name of one in {DIRECTORY}; "
                           f"`python -m quant export models/{model}.safetensors -o {named}` makes it")
