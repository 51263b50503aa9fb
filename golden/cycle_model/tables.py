"""What the cycle model walks: commands of a schedule, and the events in every word that it reads."""

from dataclasses import dataclass
from math import gcd

import numpy as np

from golden import formats, stream_records
from golden.network import DIRECT
from golden.records import RECORD_BITS, Opcode

COMMAND = np.dtype([(name, np.int64) for name in (
    "opcode", "run", "split", "from_pixels", "is_output", "pool", "stride", "kernel_h", "kernel_w", "pad_y", "pad_x",
    "in_h", "in_w", "in_words", "in_row_stride", "in_image_stride", "units_h", "units_w", "first_event_word",
    "in_base", "word_neurons", "first_chunk", "last_chunk", "has_parameters", "channels", "words", "rows_per_tap",
    "rows", "units", "start_y", "start_x", "image_base", "row_base", "unit_base")])
"""A record of the network stream; a PASS also has its layer's fields. Addresses wrap at 2^20."""

CONFIG = np.dtype([(name, np.int64) for name in (
    "clusters", "cluster_lanes", "lanes", "encoders", "word_neurons", "ring_rows", "drain_positions", "network_bits",
    "image_words", "counters", "granule", "granules", "capacity", "spanned", "record", "parameter_row", "cluster_row")])


@dataclass(frozen=True, eq=False)
class Tables:
    """Input of the machine.

    Attributes
    ----------
    config : CONFIG array (1,)
    commands : COMMAND array
    word_events : int64 (words + 1,)
        Where the events of each input word begin in `event_channels`; the words of a run start at its
        `first_event_word`.
    event_channels : int64 (events,)
        Input channel inside the word, in the order of issue.
    image_length : int
        Words of an image packet.
    """

    config: np.ndarray
    commands: np.ndarray
    word_events: np.ndarray
    event_channels: np.ndarray
    image_length: int


def build(network, schedule, images, evaluation):
    """`Tables` of one batch; arguments as in `golden.counts.count`."""
    commands = [{"opcode": Opcode.START}]
    counts, channels = [], []
    first_event_word = 0
    for index, run in enumerate(schedule.runs):
        record = stream_records.layer_record(network, schedule, run)
        occupied = _occupied(network, schedule, run, images, evaluation)
        layer = {name: record[name] for name in COMMAND.names if name in record} | {
            "run": index, "split": run.split, "from_pixels": run.layer == 0,
            "stride": network.layers[run.layer].stride, "first_event_word": first_event_word, "in_base": run.in_base,
            "word_neurons": schedule.input_word_neurons(run),
        }
        commands.append(layer)
        for sweep in run.passes:
            record = stream_records.pass_record(network, schedule, run, sweep)
            commands.append(layer | {name: record[name] for name in COMMAND.names if name in record})
        counts.append(occupied.sum(axis=1))
        candidates_of_channel = occupied.shape[1] // schedule.input_word_neurons(run)
        channels.append(np.nonzero(occupied)[1] // candidates_of_channel)
        first_event_word += len(occupied)
    commands.append({"opcode": Opcode.END, "run": len(schedule.runs)})

    table = np.zeros(len(commands), COMMAND)
    for row, command in zip(table, commands):
        for name, value in command.items():
            row[name] = value
    _, height, width = network.input_shape
    return Tables(
        config=_config(schedule.config), commands=table,
        word_events=np.concatenate([[0], np.cumsum(np.concatenate(counts))]).astype(np.int64),
        event_channels=np.concatenate(channels).astype(np.int64),
        image_length=height * width * schedule.runs[0].in_words)


def _occupied(network, schedule, run, images, evaluation):
    """Which candidates of each input word of a run are events: bool (words, candidates)."""
    batch = slice(run.first_image, run.first_image + run.images)
    if run.layer > 0:
        events = (evaluation.spikes[run.layer - 1][batch] != formats.SILENT)[..., None]
    elif network.input_coding == DIRECT:
        events = formats.pixel_digits(images[batch]) != 0
    else:
        fires = [formats.pixel_spike_time(pixel, network.time_steps) != formats.SILENT for pixel in range(256)]
        events = np.array(fires)[images[batch]][..., None]
    neurons = schedule.input_word_neurons(run)
    missing = run.in_words * neurons - events.shape[1]
    padded = np.pad(events, ((0, 0), (0, missing), (0, 0), (0, 0), (0, 0)))
    return padded.transpose(0, 2, 3, 1, 4).reshape(-1, neurons * events.shape[-1])


def _config(config):
    """The configuration and the gearbox dimensions that follow from it (hw/unpacker.py)."""
    rows = [config.lanes // split * formats.WEIGHT_BITS for split in config.splits]
    sizes = (RECORD_BITS, config.parameter_row_bits, *rows)
    granule = gcd(config.network_bits, *sizes)
    granules = config.network_bits // granule
    spanned = -(-(granules - 1 + max(sizes) // granule) // granules)
    values = {
        **{name: getattr(config, name) for name in CONFIG.names if hasattr(config, name)},
        "granule": granule, "granules": granules, "capacity": spanned + 1, "spanned": spanned,
        "record": RECORD_BITS // granule, "parameter_row": config.parameter_row_bits // granule,
        "cluster_row": config.cluster_row_bits // granule,
    }
    array = np.zeros(1, CONFIG)
    for name in CONFIG.names:
        array[name] = values[name]
    return array
