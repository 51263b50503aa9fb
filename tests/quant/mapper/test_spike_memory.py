import numpy as np
import pytest

from firstspike.quant.mapper.spike_memory import place


def living_maps(map_words, batch, first_batched, placement):
    """After each layer run: (start, end) of every map that a later run still reads."""
    layers = len(map_words) + 1
    runs = [(image, layer) for image in range(batch) for layer in range(first_batched)]
    runs += [(image, layer) for layer in range(first_batched, layers) for image in range(batch)]
    writer = {run: index for index, run in enumerate(runs)}
    for now, (_, layer) in enumerate(runs):
        # a batched layer writes the maps of all images before it has read any map for the last time
        start = min(writer[image, layer] for image in range(batch)) if layer >= first_batched else now
        end = max(writer[image, layer] for image in range(batch)) if layer >= first_batched else now
        yield [
            (placement.address(m, i), placement.address(m, i) + map_words[m])
            for (i, m), written in writer.items()
            if m < layers - 1 and written <= end and writer[i, m + 1] >= start
        ]


@pytest.mark.parametrize("seed", range(50))
def test_living_maps_never_overlap_and_fit_the_needed_words(seed):
    rng = np.random.default_rng(seed)
    map_words = [int(w) for w in rng.integers(1, 20, rng.integers(1, 7))]
    batch = int(rng.integers(1, 5))
    first_batched = int(rng.integers(1, len(map_words) + 2))
    needed = place(map_words, batch, first_batched, 0).needed
    placement = place(map_words, batch, first_batched, needed)
    most = 0
    for maps in living_maps(map_words, batch, first_batched, placement):
        maps.sort()
        assert all(start >= 0 and end <= needed for start, end in maps)
        assert all(end <= start for (_, end), (start, _) in zip(maps, maps[1:]))
        most = max(most, sum(end - start for start, end in maps))
    if first_batched > len(map_words):
        assert needed == most, "image by image, the needed words are the least possible"


def test_images_of_a_batched_layer_lie_back_to_back():
    placement = place([8, 6, 4], 3, 2, 100)
    assert [placement.address(1, image) for image in range(3)] == [82, 88, 94]
    assert [placement.address(0, image) for image in range(3)] == [0, 0, 0]


def test_a_network_without_firing_layers_needs_nothing():
    assert place([], 2, 1, 10).needed == 0
