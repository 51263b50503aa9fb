"""The passes of one layer run: groups of output channels, tiles of units, chunks of input channels."""

from firstspike.golden.schedule import Pass
from firstspike.golden.streams.records import PASS

_MAX_UNITS = (1 << dict(PASS)["units"]) - 1


def chunk_rows(layer, channels):
    """Weight rows of a chunk of `channels` input channels."""
    return layer.window.taps * channels


def chunk_starts(in_words, chunks):
    """First words of `chunks` chunks of whole words that differ by at most one word, and the end."""
    return [in_words * i // chunks for i in range(chunks + 1)]


def chunk_channels(channels, word_neurons, chunks):
    """Input channels of each chunk."""
    starts = chunk_starts(-(-channels // word_neurons), chunks)
    return [min(end * word_neurons, channels) - start * word_neurons for start, end in zip(starts, starts[1:])]


def build(layer, config, word_neurons, units, split, chunks):
    """Passes of a layer run, in order.

    Parameters
    ----------
    layer : Layer
    config : HardwareConfig
    word_neurons : int
        Channels in one input word.
    units : int
        Output units of all images of the run.
    split, chunks : int

    Returns
    -------
    tuple of Pass
        Groups outermost, then tiles, then chunks. With one chunk no partial sums are kept, so a tile may hold all
        units and each weight row comes once.
    """
    starts = chunk_starts(-(-layer.in_channels // word_neurons), chunks)
    channels_of_chunk = chunk_channels(layer.in_channels, word_neurons, chunks)
    tile = (
        _MAX_UNITS if chunks == 1 else min(_MAX_UNITS, split * (config.tile_positions // layer.unit_window.positions))
    )
    lanes = config.lanes // split
    passes = []
    for first_channel in range(0, layer.out_channels, lanes):
        for first_unit in range(0, units, tile):
            for chunk, rows_per_tap in enumerate(channels_of_chunk):
                words = starts[chunk + 1] - starts[chunk]
                passes.append(
                    Pass(
                        first_channel=first_channel,
                        channels=min(lanes, layer.out_channels - first_channel),
                        first_word=starts[chunk],
                        words=words,
                        tail_rows=rows_per_tap - (words - 1) * word_neurons,
                        rows_per_tap=rows_per_tap,
                        rows=chunk_rows(layer, rows_per_tap),
                        first_unit=first_unit,
                        units=min(tile, units - first_unit),
                        first_chunk=chunk == 0,
                        last_chunk=chunk == chunks - 1,
                        has_parameters=first_unit == 0 and chunk == 0,
                    )
                )
    return tuple(passes)
