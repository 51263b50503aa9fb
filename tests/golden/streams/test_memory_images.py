import json

import numpy as np
import pytest

from firstspike.golden.codes.potentials import LOGIT_TABLE
from firstspike.golden.streams.description import describe
from firstspike.golden.streams.memory_images import to_readmemh, write
from firstspike.quant import models

NETWORK_FILE = models.load("digits", "tiny")


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


def test_the_description_has_what_a_host_needs():
    network, schedule = NETWORK_FILE.network, NETWORK_FILE.schedule
    document = json.loads(describe(network, schedule, NETWORK_FILE.stream))
    assert document["fingerprint"] == schedule.config.fingerprint
    assert document["network_stream"] == {"word_bits": 32, "words": len(NETWORK_FILE.stream) // 4}
    assert document["image_stream"]["words_per_image"] == 64
    assert document["result_stream"]["words"] == 3 * 2 + 10 + 4 * 24 + 4
    assert [output["offset"] for output in document["outputs"]] == network.layers[-1].offsets.tolist()
    assert [output["class_name"] for output in document["outputs"]] == list("0123456789")
    assert document["logit"]["table"] == list(LOGIT_TABLE)
