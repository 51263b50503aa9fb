import importlib.util
import shutil
import subprocess

import numpy as np
import pytest

from firstspike.golden.codes.potentials import classify
from firstspike.golden.counting import counters
from firstspike.golden.datasets import digits
from firstspike.golden.streams import records
from firstspike.golden.streams.network_stream import image_stream
from firstspike.golden.streams.records import ErrorCode, Opcode, Packet
from firstspike.hw.deliver import formats

NETWORK = '{"image_stream": {"channels": %d, "height": %d, "width": %d}}'


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    directory = tmp_path_factory.mktemp("formats")
    for name, text in formats.texts().items():
        (directory / name).write_text(text)
    return directory


@pytest.fixture(scope="module")
def module(written):
    spec = importlib.util.spec_from_file_location("firstspike_formats", written / formats.PYTHON_FILE)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def test_the_module_unpacks_what_the_project_packs(module):
    rng = np.random.default_rng(1)
    for opcode, fields in records.FIELDS.items():
        values = {name: int(rng.integers(1 << width)) for name, width in fields}
        assert module.fields(records.pack(fields, values), module.FIELDS[opcode]) == values


def test_the_module_has_every_code_packet_and_counter(module):
    for ours, theirs in ((ErrorCode, module.ErrorCode), (Packet, module.Packet), (Opcode, module.Opcode)):
        assert {member.name: int(member) for member in theirs} == {member.name: int(member) for member in ours}
    assert [name for name, _, _ in module.COUNTERS] == [counter.name for counter in counters.ALL]


def test_the_module_cuts_packets_and_refuses_one_that_is_cut_off(module):
    words = [1 << 24 | 2 << 16 | 3, 4, 5, 0xFFFFFFFF, 4 << 24 | 1, 7]
    assert list(module.packets(words)) == [
        (module.Packet.POTENTIALS, 2, [4, 5, 0xFFFFFFFF]),
        (module.Packet.ERROR, 0, [7]),
    ]
    assert module.signed(0xFFFFFFFF) == -1
    with pytest.raises(ValueError, match="the packet at word 4 ends after word 4"):
        list(module.packets(words[:-1]))


def random_outputs():
    rng = np.random.default_rng(2)
    for _ in range(50):
        count = int(rng.integers(2, 12))
        # Few values, so that equal logits occur.
        yield rng.integers(-3, 4, count) * int(rng.integers(1, 1 << 28)), rng.integers(-40, 40, count)


def test_the_module_and_the_header_find_the_class_of_the_golden_model(module, written):
    cases = [(potentials, offsets, int(classify(potentials, offsets))) for potentials, offsets in random_outputs()]
    for potentials, offsets, expected in cases:
        assert module.classify(potentials.tolist(), offsets.tolist()) == expected
    calls = "".join(
        f"  {{ int32_t v[] = {{{', '.join(map(str, v))}}}; int8_t j[] = {{{', '.join(map(str, j))}}};\n"
        f"    if (fspk_classify(v, j, {len(v)}) != {expected}) return {number}; }}\n"
        for number, (v, j, expected) in enumerate(cases, start=1)
    )
    assert shutil.which("gcc"), "gcc is missing"
    (written / "classes.c").write_text(f'#include "{formats.C_FILE}"\nint main(void) {{\n{calls}  return 0;\n}}\n')
    command = ["gcc", "-std=c99", "-Wall", "-Wextra", "-Werror", "-o", "classes", "classes.c"]
    outcome = subprocess.run(command, cwd=written, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stderr
    assert subprocess.run([written / "classes"], check=False).returncode == 0


def test_the_header_has_the_places_of_the_fields(written):
    text = (written / formats.C_FILE).read_text()
    assert '#define FSPK_START_MAGIC 32  /* the bytes "FSPK" */\n#define FSPK_START_MAGIC_BITS 32\n' in text
    assert f"FSPK_ERROR_CODE_TIMEOUT = {int(ErrorCode.TIMEOUT)}," in text
    assert text.count("FSPK_COUNTER_") == len(counters.ALL)


def convert(written, tmp_path, shape, pictures, *options):
    (tmp_path / "network.json").write_text(NETWORK % shape)
    command = ["python3", "-I", written / formats.CONVERTER, "network.json", *pictures, "-o", "out.1", *options]
    return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)


def test_the_converter_writes_the_image_stream_of_digits(written, tmp_path):
    pixels, _ = digits.split(training=False)
    for number, image in enumerate(pixels[:2, 0].astype(int)):
        levels = (image + 15) // 16  # 255 was level 16
        rows = "\n".join(" ".join(map(str, row)) for row in levels)
        (tmp_path / f"{number}.pgm").write_text(f"P2\n# a digit\n8 8\n16\n{rows}\n")
    outcome = convert(written, tmp_path, (1, 8, 8), ("0.pgm", "1.pgm"), "--digits")
    assert outcome.returncode == 0, outcome.stderr
    assert (tmp_path / "out.1.bin").read_bytes() == image_stream(pixels[:2])


def test_the_converter_writes_the_image_stream_of_colours(written, tmp_path):
    image = np.random.default_rng(3).integers(256, size=(1, 3, 4, 6), dtype=np.uint8)
    (tmp_path / "c.ppm").write_bytes(b"P6\n6 4\n255\n" + image[0].transpose(1, 2, 0).tobytes())
    assert convert(written, tmp_path, (3, 4, 6), ("c.ppm",)).returncode == 0
    stream = image_stream(image)
    assert (tmp_path / "out.1.bin").read_bytes() == stream
    lines = (tmp_path / "out.1.hex").read_text().split()
    assert b"".join(int(line, 16).to_bytes(4, "little") for line in lines) == stream


@pytest.mark.parametrize(
    "content, message",
    [
        (b"GIF89a", "expected a PGM or PPM file"),
        (b"P5 2 2 255 abc", "expected 4 values up to 255, found 3"),
        (b"P5 2 2 65535 abcdefgh", "expected values of 8 bits, the largest is 65535"),
        (b"P5 2 1 255 ab", "expected 1 channels, 2 rows, 2 columns, found 1, 1, 2"),
    ],
)
def test_the_converter_refuses_another_picture(written, tmp_path, content, message):
    (tmp_path / "p.pgm").write_bytes(content)
    outcome = convert(written, tmp_path, (1, 2, 2), ("p.pgm",))
    assert outcome.returncode == 1 and message in outcome.stderr
    assert not (tmp_path / "out.1.bin").exists()
