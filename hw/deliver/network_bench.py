"""A real network for the delivered processor: its streams, the expected result, and a self-checking test bench."""

import json

import numpy as np

from firstspike.golden import cycle_model
from firstspike.golden.config import RESULT_STREAM_BITS
from firstspike.golden.counting import counters, counts
from firstspike.golden.datasets import digits
from firstspike.golden.evaluators import fast
from firstspike.golden.evaluators.evaluation import Evaluation
from firstspike.golden.streams.description import describe, result_words
from firstspike.golden.streams.memory_images import to_readmemh
from firstspike.golden.streams.network_stream import image_stream
from firstspike.golden.streams.records import Packet
from firstspike.hw.deliver.formats import HAND_WRITTEN
from firstspike.hw.deliver.smoke_bench import connections
from firstspike.hw.writer.verilog import TIMESCALE

FILE = "bench/firstspike_bench.sv"
COCOTB = ("bench/test_firstspike.py", "bench/Makefile")
RUNS = 2
"""Sent back to back, so that the second one is loaded while the first one runs."""


def contents(design, network_file):
    """Path -> content (str or bytes) of the bench of a network.

    Parameters
    ----------
    design : hw.writer.verilog.Design
        Of the configuration of the network.
    network_file : NetworkFile
    """
    network, schedule = network_file.network, network_file.schedule
    images, labels = _images(network, RUNS * schedule.batch)
    stream = image_stream(images)
    evaluation = fast.run(network, images)
    expected = _expected(network_file, images, evaluation)
    classes = {"runs": RUNS, "words_per_run": len(expected) // RUNS, "labels": labels}
    classes["classes"] = evaluation.classes(network).tolist()
    texts = {
        FILE: _text(design, network_file, len(stream)),
        "bench/network.bin": network_file.stream,
        "bench/network.hex": to_readmemh(network_file.stream, schedule.config.network_bits),
        "bench/network.json": describe(network, schedule, network_file.stream),
        "bench/images.bin": stream,
        "bench/images.hex": to_readmemh(stream, RESULT_STREAM_BITS),
        "bench/expected.bin": expected.tobytes(),
        "bench/expected.hex": to_readmemh(expected.tobytes(), RESULT_STREAM_BITS),
        "bench/expected.json": json.dumps(classes) + "\n",
    }
    return texts | {path: (HAND_WRITTEN / path).read_text() for path in COCOTB}


def _images(network, count):
    """uint8 array (count, channels, height, width) and labels: handwritten digits, or random pixels and None."""
    if tuple(network.input_shape) == digits.SHAPE:
        found = digits.test(count)
        return found.pixels, found.labels.tolist()
    return np.random.default_rng(1).integers(256, size=(count, *network.input_shape), dtype=np.uint8), None


def _expected(network_file, images, evaluation):
    """uint32 array: for each run the potentials by image and channel, the counters by layer run, the words of DONE."""
    network, schedule = network_file.network, network_file.schedule
    predictions = cycle_model.predict(network, schedule, images, evaluation)
    network_words = 8 * len(network_file.stream) // schedule.config.network_bits
    image_words = len(image_stream(images[: schedule.batch])) // 4
    words = []
    for first, prediction in zip(range(0, len(images), schedule.batch), predictions):
        batch = slice(first, first + schedule.batch)
        one = Evaluation([spikes[batch] for spikes in evaluation.spikes], evaluation.potentials[batch])
        words.append(one.potentials.astype("<i4").reshape(-1).view("<u4"))
        if schedule.config.counters:
            for operations, cycles in zip(counts.count(network, schedule, images[batch], one), prediction.runs):
                words.append([(operations | cycles)[counter.name] for counter in counters.ALL])
        words.append([network_words, image_words, prediction.cycles])
    return np.concatenate([np.asarray(part, "<u4") for part in words])


def _text(design, network_file, image_bytes):
    network, schedule = network_file.network, network_file.schedule
    config = schedule.config
    bits = config.network_bits
    result = result_words(network, schedule)
    signals = {
        "clk": "clk",
        "rst": "rst",
        **{f"{port}_{pin}": f"{name}_{pin}" for port, name in _STREAMS.items() for pin in _PINS},
    }
    values = {
        "MODULE": FILE.partition("/")[2].removesuffix(".sv"),
        "TIMESCALE": TIMESCALE,
        "NETWORK": network.name,
        "NETWORK_BITS": bits,
        "NETWORK_WORDS": 8 * len(network_file.stream) // bits,
        "IMAGE_WORDS": image_bytes // 4 // RUNS // schedule.batch,
        "BATCH": schedule.batch,
        "RUNS": RUNS,
        "CLASSES": network.layers[-1].out_channels,
        "LAYER_RUNS": result["counters_packets"],
        "COUNTERS": len(counters.ALL),
        "OPERATIONS": len(counters.OPERATIONS),
        "WATCHDOG": config.watchdog_cycles,
        "POTENTIALS_KIND": int(Packet.POTENTIALS),
        "COUNTERS_KIND": int(Packet.COUNTERS),
        "DONE_KIND": int(Packet.DONE),
        "CONNECTIONS": connections(design, signals),
    }
    text = (HAND_WRITTEN / "bench" / "firstspike_bench.sv.template").read_text()
    for name, value in values.items():
        text = text.replace(f"@{name}@", str(value))
    return text


_STREAMS = {"s_axis_net": "net", "s_axis_img": "img", "m_axis_res": "res"}
_PINS = ("tdata", "tvalid", "tready", "tlast")
