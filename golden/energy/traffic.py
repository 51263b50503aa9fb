"""Bits on the three external streams, per layer (docs/streams.md)."""

from firstspike.golden import formats
from firstspike.golden.config import IMAGE_STREAM_BITS, PIXELS_PER_WORD, RESULT_STREAM_BITS
from firstspike.golden.counting import counters
from firstspike.golden.streams import records

DONE_WORDS = 4
"""Header, network stream words, image stream words, cycles."""
POTENTIALS_HEADER_WORDS = 2
"""Header and first channel of a POTENTIALS packet."""


def bits(network, schedule):
    """Bits that one run of the schedule moves.

    The START record belongs to the first layer run; the END record and the DONE packet belong to the last one.

    Returns
    -------
    list of dict
        Per layer `dram_network_bit`, `dram_image_bit` and `dram_result_bit`: int.
    """
    rows = [dict.fromkeys(("dram_network_bit", "dram_image_bit", "dram_result_bit"), 0) for _ in network.layers]
    record = _section(schedule.config, records.RECORD_BITS)
    for run in schedule.runs:
        row = rows[run.layer]
        row["dram_network_bit"] += record + _passes_bits(schedule, run)
        row["dram_result_bit"] += RESULT_STREAM_BITS * _result_words(network, schedule, run)
        if run.layer == 0:
            row["dram_image_bit"] += IMAGE_STREAM_BITS * run.images * image_words(network)
    rows[schedule.runs[0].layer]["dram_network_bit"] += record
    rows[schedule.runs[-1].layer]["dram_network_bit"] += record
    rows[schedule.runs[-1].layer]["dram_result_bit"] += RESULT_STREAM_BITS * DONE_WORDS
    return rows


def image_words(network):
    """Words of one image on the image stream."""
    channels, height, width = network.input_shape
    return -(-channels // PIXELS_PER_WORD) * height * width


def parameter_rows(config, run):
    """Rows of the parameter store for one group of output channels of the layer run."""
    return -(-config.lanes // run.split // config.encoders)


def _passes_bits(schedule, run):
    config = schedule.config
    record = _section(config, records.RECORD_BITS)
    parameters = _section(config, parameter_rows(config, run) * config.parameter_row_bits)
    row_bits = config.lanes // run.split * formats.WEIGHT_BITS
    return sum(
        record + pass_.has_parameters * parameters + _section(config, pass_.rows * row_bits) for pass_ in run.passes
    )


def _section(config, size):
    """Every section ends with a whole stream word."""
    return -(-size // config.network_bits) * config.network_bits


def _result_words(network, schedule, run):
    config = schedule.config
    words = 1 + len(counters.ALL) if config.counters else 0
    if not network.layers[run.layer].fires:
        for pass_ in run.passes:
            if pass_.last_chunk:
                packets = -(-pass_.channels // config.cluster_lanes)
                words += pass_.units * (packets * POTENTIALS_HEADER_WORDS + pass_.channels)
    return words
