import numpy as np
import pytest

from firstspike.golden.config import PRESETS
from firstspike.golden.geometry import MAX_2X2
from firstspike.golden.network import Layer
from firstspike.quant.mapper.passes import build, chunk_channels


def layer(out_channels, in_channels, pool=False):
    zeros = np.zeros(out_channels, np.int64)
    return Layer.of(
        "conv", np.zeros((out_channels, in_channels, 3, 3), np.uint8), zeros, zeros, pool=MAX_2X2 if pool else None
    )


def test_chunks_are_whole_words_and_the_last_word_may_be_short():
    assert chunk_channels(30, 4, 3) == [8, 12, 10]
    assert chunk_channels(3, 4, 1) == [3]


@pytest.mark.parametrize("split", [1, 2])
@pytest.mark.parametrize("chunks", [1, 2, 3])
@pytest.mark.parametrize("pool", [False, True])
def test_passes_cover_every_group_unit_and_channel_once(split, chunks, pool):
    config = PRESETS["tiny"]
    passes = build(layer(19, 30, pool), config, 4, 50, split, chunks)
    work = {
        (channel, unit, word)
        for s in passes
        for channel in range(s.first_channel, s.first_channel + s.channels)
        for unit in range(s.first_unit, s.first_unit + s.units)
        for word in range(s.first_word, s.first_word + s.words)
    }
    assert len(work) == 19 * 50 * 8 == sum(s.channels * s.units * s.words for s in passes)
    for s in passes:
        assert s.rows == 9 * s.rows_per_tap and s.rows_per_tap == (s.words - 1) * 4 + s.tail_rows
        assert s.first_chunk == (s.first_word == 0) and s.last_chunk == (s.first_word + s.words == 8)
        assert s.has_parameters == (s.first_chunk and s.first_unit == 0)
        if chunks > 1:
            assert -(-s.units // split) * (4 if pool else 1) <= config.tile_positions


def test_tiles_enclose_chunks_and_groups_enclose_tiles():
    order = [(s.first_channel, s.first_unit, s.first_word) for s in build(layer(19, 30), PRESETS["tiny"], 4, 20, 1, 2)]
    assert order == sorted(order)


def test_with_one_chunk_each_weight_row_comes_once():
    passes = build(layer(8, 30), PRESETS["tiny"], 4, 60_000, 1, 1)
    assert [s.rows for s in passes] == [270]


def test_more_units_than_their_field_holds_make_several_tiles():
    passes = build(layer(8, 30), PRESETS["tiny"], 4, 70_000, 1, 1)
    assert [(s.first_unit, s.units) for s in passes] == [(0, 65_535), (65_535, 4_465)]
    assert [s.has_parameters for s in passes] == [True, False]
