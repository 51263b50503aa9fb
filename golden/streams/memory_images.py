"""The network stream as files for hardware: raw bytes (`.bin`) and one stream word a line for `$readmemh` (`.hex`)."""

from pathlib import Path

from firstspike.golden.files import write_atomically


def write(directory, name, stream, network_bits):
    """Write `<name>.bin` and `<name>.hex`; the directory is made if need be.

    Parameters
    ----------
    stream : bytes
        Whole words of `network_bits` bits, little endian.

    Returns
    -------
    (Path, Path)
        The `.bin` and the `.hex` file.

    Raises
    ------
    OSError
        A file cannot be written.
    """
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    binary, hexadecimal = directory / f"{name}.bin", directory / f"{name}.hex"
    write_atomically(binary, stream)
    write_atomically(hexadecimal, to_readmemh(stream, network_bits).encode())
    return binary, hexadecimal


def to_readmemh(stream, network_bits):
    """The stream as text, one word a line, most significant digit first."""
    word_bytes = network_bits // 8
    # Reversed as a whole, the last word comes first and its bytes in the order of the digits.
    lines = stream[::-1].hex("\n", word_bytes).split("\n")
    return "\n".join(reversed(lines)) + "\n"
