"""What a host must know of a network beside its stream, as `network.json` tells it (docs/network_file.md)."""

import json

from firstspike.golden.codes.potentials import LOGIT_TABLE
from firstspike.golden.config import PIXELS_PER_WORD, RESULT_STREAM_BITS
from firstspike.golden.counting import counters
from firstspike.golden.streams.result import DONE_WORDS


def describe(network, schedule, stream):
    """Text of `network.json`.

    Parameters
    ----------
    network : Network
    schedule : Schedule
        Made for this network.
    stream : bytes
        Its network stream.
    """
    config = schedule.config
    channels, height, width = network.input_shape
    output = network.layers[-1]
    classes = output.out_channels
    document = {
        "name": network.name,
        "configuration": config.name,
        "fingerprint": config.fingerprint,
        "network_stream": {"word_bits": config.network_bits, "words": 8 * len(stream) // config.network_bits},
        "image_stream": {
            "images": schedule.batch,
            "words_per_image": height * width * -(-channels // PIXELS_PER_WORD),
            "channels": channels,
            "height": height,
            "width": width,
            "input_coding": network.input_coding,
        },
        "result_stream": result_words(network, schedule),
        "layer_runs": [network.layers[run.layer].name for run in schedule.runs],
        "outputs": [
            {
                "channel": channel,
                "class_name": network.class_names[channel] if network.class_names else str(channel),
                "offset": int(output.offsets[channel]),
            }
            for channel in range(classes)
        ],
        "logit": {
            "text": "potential * table[k % 4] << (k / 4), k = offset - smallest offset; the class with the largest logit, of equal ones the first",
            "table": list(LOGIT_TABLE),
        },
    }
    return json.dumps(document, indent=2) + "\n"


def result_words(network, schedule):
    """Packets and words of a complete run in the result stream, as a dict; `words` is a sufficient size of the buffer."""
    config = schedule.config
    classes = network.layers[-1].out_channels
    potentials = schedule.batch * -(-classes // config.cluster_lanes)
    counted = len(schedule.runs) if config.counters else 0
    words = 2 * potentials + schedule.batch * classes + counted * (1 + len(counters.ALL)) + 1 + len(DONE_WORDS)
    return {
        "word_bits": RESULT_STREAM_BITS,
        "potentials_packets": potentials,
        "counters_packets": counted,
        "counters": len(counters.ALL) if config.counters else 0,
        "words": words,
    }
