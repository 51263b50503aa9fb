"""Where the maps of spikes lie in the spike buffer."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Placement:
    """Addresses of all maps for one batch.

    Attributes
    ----------
    needed : int
        Words that a spike buffer must have for this batch.
    bases : tuple of int
        Per firing layer the address of its output map of the first image.
    image_strides : tuple of int
        Per firing layer the words from one image's output map to the next one's; 0 if all images share one place
        because they run one after the other.
    """

    needed: int
    bases: tuple
    image_strides: tuple

    def address(self, layer, image):
        return self.bases[layer] + image * self.image_strides[layer]


def place(map_words, batch, first_batched, capacity):
    """Place the output maps of all firing layers.

    Only a layer's input and output live at the same time, so maps take turns at the two ends of a region and no two
    living maps meet as long as each neighbouring pair fits. Until layer `first_batched` images run one after the other;
    its inputs, one per image, collect at the top of the buffer while the earlier layers use the region below.

    Parameters
    ----------
    map_words : sequence of int
        Words of each firing layer's output map of one image.
    batch : int
    first_batched : int
        First layer that runs all images together; the number of layers if none does.
    capacity : int
        Words of the spike buffer.

    Returns
    -------
    Placement
        Its addresses are valid if `needed <= capacity`.
    """
    single, together = map_words[: first_batched - 1], [batch * words for words in map_words[first_batched - 1 :]]
    collected = together[0] if together else 0
    bases = _take_turns(single, capacity - collected) + _take_turns(together, capacity, top_first=True)
    return Placement(
        needed=max(_largest_pair(single) + collected, _largest_pair(together)),
        bases=tuple(bases),
        image_strides=(0,) * len(single) + tuple(map_words[first_batched - 1 :]),
    )


def _take_turns(words, end, top_first=False):
    return [end - size if (index % 2 == 0) == top_first else 0 for index, size in enumerate(words)]


def _largest_pair(words):
    return max((sum(words[i : i + 2]) for i in range(len(words))), default=0)
