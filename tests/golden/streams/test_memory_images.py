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


def test_all_files_are_written_and_the_directory_is_made(tmp_path):
    network, schedule = NETWORK_FILE.network, NETWORK_FILE.schedule
    binary, hexadecimal, described = write(tmp_path / "a" / "b", "net", NETWORK_FILE)
    assert [path.name for path in (binary, hexadecimal, described)] == ["net.bin", "net.hex", "net.json"]
    assert binary.read_bytes() == NETWORK_FILE.stream
    assert hexadecimal.read_text() == to_readmemh(NETWORK_FILE.stream, schedule.config.network_bits)
    assert described.read_text() == describe(network, schedule, NETWORK_FILE.stream)
    assert len(list(binary.parent.iterdir())) == 3
