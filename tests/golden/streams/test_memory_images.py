import numpy as np
import pytest

from firstspike.golden.streams.memory_images import to_readmemh, write


@pytest.mark.parametrize("network_bits", [32, 96, 256])
def test_a_line_is_a_word_with_the_first_byte_in_its_low_digits(network_bits):
    stream = np.random.default_rng(5).bytes(network_bits // 8 * 37)
    lines = to_readmemh(stream, network_bits).splitlines()
    assert len(lines) == 37
    assert {len(line) for line in lines} == {network_bits // 4}
    assert b"".join(int(line, 16).to_bytes(network_bits // 8, "little") for line in lines) == stream


def test_a_word_by_hand():
    assert to_readmemh(bytes([1, 2, 3, 4, 0xAB, 0, 0, 0xCD]), 32) == "04030201\ncd0000ab\n"


def test_both_files_are_written_and_the_directory_is_made(tmp_path):
    binary, hexadecimal = write(tmp_path / "a" / "b", "net", bytes(range(8)), 32)
    assert (binary.name, hexadecimal.name) == ("net.bin", "net.hex")
    assert binary.read_bytes() == bytes(range(8))
    assert hexadecimal.read_text() == "03020100\n07060504\n"
    assert {path.name for path in binary.parent.iterdir()} == {"net.bin", "net.hex"}
