"""The network stream as files for hardware: raw bytes (`.bin`), one stream word a line for `$readmemh` (`.hex`), and what a
host must know of it (`.json`)."""

from pathlib import Path

from firstspike.golden.files import write_atomically
from firstspike.golden.streams.description import describe

SUFFIXES = (".bin", ".hex", ".json")


def paths(directory, name):
    """The files that `write` writes: tuple of Path."""
    return tuple(Path(directory) / f"{name}{suffix}" for suffix in SUFFIXES)


def write(directory, name, network_file):
    """Write `<name>.bin`, `<name>.hex` and `<name>.json`; the directory is made if need be.

    Parameters
    ----------
    network_file : NetworkFile

    Returns
    -------
    (Path, Path, Path)
        The `.bin`, the `.hex` and the `.json` file.

    Raises
    ------
    OSError
        A file cannot be written.
    """
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    network, schedule, stream = network_file.network, network_file.schedule, network_file.stream
    contents = (
        stream,
        to_readmemh(stream, schedule.config.network_bits).encode(),
        describe(network, schedule, stream).encode(),
    )
    written = paths(directory, name)
    for path, content in zip(written, contents, strict=True):
        write_atomically(path, content)
    return written


def to_readmemh(stream, word_bits):
    """The stream as text, one word a line, most significant digit first."""
    word_bytes = word_bits // 8
    # Reversed as a whole, the last word comes first and its bytes in the order of the digits.
    lines = stream[::-1].hex("\n", word_bytes).split("\n")
    return "\n".join(reversed(lines)) + "\n"
