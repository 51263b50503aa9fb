"""What event generators do in a pass, from coordinates: no running sums, nothing of the stream's records."""

from dataclasses import dataclass

from firstspike.golden.config import ADDRESS_BITS


@dataclass(frozen=True)
class Word:
    """An input word that a visit meets, or with `address` None a kernel tap outside of the map.

    Attributes
    ----------
    address : int or None
    image, y, x : int
        Input position; the image counts from the run's first.
    first_channel : int
        Input channel of the word's first neuron or pixel.
    row : int
        Weight row of that channel, counted from the pass's first.
    """

    address: int | None
    image: int
    y: int
    x: int
    first_channel: int
    row: int


@dataclass(frozen=True)
class Visit:
    """One position in one pass.

    Attributes
    ----------
    number : int
        Visits of the same cluster group before it in this pass.
    last : bool
        It is the group's last one in this pass.
    window_first, window_last : bool
        First and last position of its pool window.
    image : int
        Of the batch.
    out_address : int
        Spike word of the unit, first channel of the pass.
    words : list of Word
    """

    number: int
    last: bool
    window_first: bool
    window_last: bool
    image: int
    out_address: int
    words: list


def visits(case, run, pass_, group):
    """The visits of one cluster group in `pass_`, a pass of the layer run `run`, in order."""
    layer = case.network.layers[run.layer]
    first_word = pass_.first_channel // case.schedule.config.word_neurons
    maps = case.network.maps()
    _, *in_map = maps[run.layer]
    _, units_h, units_w = maps[run.layer + 1]
    window = [(0, 0), (0, 1), (1, 0), (1, 1)] if layer.pool else [(0, 0)]
    units = [pass_.first_unit + u for u in range(pass_.units) if u % run.split == group]
    result = []
    for unit in units:
        image, position = divmod(unit, units_h * units_w)
        corner = [index * (2 if layer.pool else 1) for index in divmod(position, units_w)]
        for offset in window:
            start = [(c + o) * layer.window.stride - p for c, o, p in zip(corner, offset, layer.window.padding)]
            result.append(
                Visit(
                    number=len(result),
                    last=unit == units[-1] and offset == window[-1],
                    window_first=offset == (0, 0),
                    window_last=offset == window[-1],
                    image=run.first_image + image,
                    out_address=run.out_base + unit * run.out_words + first_word,
                    words=list(_words(case, run, pass_, layer, in_map, image, start)),
                )
            )
    return result


def _words(case, run, pass_, layer, in_map, image, start):
    neurons = case.schedule.input_word_neurons(run)
    kernel_h, kernel_w = layer.window.kernel
    for tap in range(kernel_h * kernel_w):
        y, x = start[0] + tap // kernel_w, start[1] + tap % kernel_w
        row = tap * pass_.rows_per_tap
        if not (0 <= y < in_map[0] and 0 <= x < in_map[1]):
            yield Word(None, image, y, x, pass_.first_word * neurons, row)
            continue
        position = (image * in_map[0] + y) * in_map[1] + x
        for word in range(pass_.first_word, pass_.first_word + pass_.words):
            yield Word(
                (run.in_base + position * run.in_words + word) % (1 << ADDRESS_BITS),
                image,
                y,
                x,
                word * neurons,
                row + (word - pass_.first_word) * neurons,
            )
