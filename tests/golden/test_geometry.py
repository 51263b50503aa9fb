"""Windows and pools against their words: a padded map that is really written down, and windows that are really cut."""

from dataclasses import dataclass

import numpy as np
import pytest

from firstspike.golden.geometry import AVERAGE, MAX, MAX_2X2, OUTSIDE, SINGLE, LayerGeometry, Pool, Window, inside

POOLS = (None, MAX_2X2, Pool(MAX, 3, 2), Pool(MAX, 2, 1), Pool(MAX, 2, 3), Pool(AVERAGE, 3, 3))
CORNERS = [
    ((1, 1), Window((1, 1)), None),
    ((1, 1), Window((1, 1), stride=2), None),
    ((2, 2), Window((1, 1)), MAX_2X2),
    ((3, 2), Window((1, 1)), MAX_2X2),  # a last row that the pool drops
    ((5, 1), Window((5, 1)), None),  # the whole map
    ((1, 1), Window((3, 3), padding=(1, 1)), None),  # more padding than map
    ((2, 1), Window((2, 2), stride=2, padding=(3, 3)), MAX_2X2),  # windows that lie in the padding
    ((4, 6), Window((1, 1), stride=2, padding=(0, 1)), None),  # inputs that nobody reads
]


@dataclass(frozen=True)
class Layer(LayerGeometry):
    window: Window
    pool: Pool | None


def random_case(seed):
    """((height, width), window, pool) with at least one output unit."""
    rng = np.random.default_rng(seed)
    while True:
        in_map = tuple(map(int, rng.integers(1, 10, 2)))
        kernel, padding = tuple(map(int, rng.integers(1, 5, 2))), tuple(map(int, rng.integers(0, 4, 2)))
        window, pool = Window(kernel, int(rng.integers(1, 4)), padding), POOLS[rng.integers(len(POOLS))]
        if min(window.out_map(in_map)) > 0 and min(Layer(window, pool).out_map(in_map)) > 0:
            return in_map, window, pool


CASES = CORNERS + [random_case(seed) for seed in range(60)]
every_case = pytest.mark.parametrize("in_map, window, pool", CASES)


def cut(in_map, window):
    """The windows cut from the padded map of input numbers: list of rows of int arrays (kernel), OUTSIDE in the padding."""
    height, width = in_map
    (kernel_h, kernel_w), (pad_y, pad_x) = window.kernel, window.padding
    padded = np.full((height + 2 * pad_y, width + 2 * pad_x), OUTSIDE)
    padded[pad_y : pad_y + height, pad_x : pad_x + width] = np.arange(height * width).reshape(height, width)
    return [
        [padded[y : y + kernel_h, x : x + kernel_w] for x in range(0, padded.shape[1] - kernel_w + 1, window.stride)]
        for y in range(0, padded.shape[0] - kernel_h + 1, window.stride)
    ]


def units(pool, positions):
    """The positions (row, column) of every unit: list of rows of lists, cut from a map of (height, width) `positions`."""
    size, stride = (pool.size, pool.stride) if pool else (1, 1)
    places = [[(y, x) for x in range(positions[1])] for y in range(positions[0])]
    found = []
    for y in range(0, positions[0], stride):
        for x in range(0, positions[1], stride):
            rows = [row[x : x + size] for row in places[y : y + size]]
            if len(rows) == size and len(rows[0]) == size:
                found.append((y // stride, x // stride, sum(rows, [])))
    return found


@every_case
def test_maps_have_the_sizes_of_what_can_be_cut(in_map, window, pool):
    layer, windows = Layer(window, pool), cut(in_map, window)
    assert layer.conv_map(in_map) == window.out_map(in_map) == (len(windows), len(windows[0]))
    last = units(pool, layer.conv_map(in_map))[-1]
    assert layer.out_map(in_map) == (last[0] + 1, last[1] + 1)


@every_case
def test_every_tap_reads_the_input_that_lies_below_it(in_map, window, pool):
    readers = {(y, x): [] for y, x in np.ndindex(*in_map)}
    out_map = window.out_map(in_map)
    for position in np.ndindex(*out_map):
        for tap in np.ndindex(*window.kernel):
            place = window.input_of(position, tap)
            number = place[0] * in_map[1] + place[1] if inside(place, in_map) else OUTSIDE
            assert number == cut(in_map, window)[position[0]][position[1]][tap]
            if number != OUTSIDE:
                readers[place].append((position, tap))
    for place, expected in readers.items():
        assert sorted(window.readers(place, out_map)) == sorted(expected)


@every_case
def test_the_positions_of_a_unit_are_those_of_its_window(in_map, window, pool):
    layer = Layer(window, pool)
    rows, columns = (layer.unit_window.visited(count) for count in layer.out_map(in_map))
    for unit_y, unit_x, positions in units(pool, layer.conv_map(in_map)):
        unit = unit_y, unit_x
        assert layer.unit_window.positions == len(positions)
        assert [layer.unit_window.position_of(unit, number) for number in range(len(positions))] == positions
        assert [(y, x) for y in rows[unit_y] for x in columns[unit_x]] == positions
        assert layer.first_input(unit) == window.input_of(positions[0], (0, 0))


@every_case
def test_the_inputs_of_units_are_the_windows_of_their_positions(in_map, window, pool):
    layer, windows = Layer(window, pool), cut(in_map, window)

    def numbers(rows, columns):
        """The windows (kernel) of all positions of one unit from its input rows and columns, row by row."""
        places = rows[:, None, :, None] * in_map[1] + columns[None, :, None, :]
        padding = (rows[:, None, :, None] == OUTSIDE) | (columns[None, :, None, :] == OUTSIDE)
        return np.where(padding, OUTSIDE, places).reshape(-1, *window.kernel)

    rows, columns = layer.unit_inputs(in_map)
    assert (len(rows), len(columns)) == layer.out_map(in_map)
    for unit_y, unit_x, positions in units(pool, layer.conv_map(in_map)):
        assert np.array_equal(numbers(rows[unit_y], columns[unit_x]), [windows[y][x] for y, x in positions])

    rows, columns = layer.position_inputs(in_map)
    assert (len(rows), len(columns)) == layer.conv_map(in_map)
    for y, x in np.ndindex(*layer.conv_map(in_map)):
        assert np.array_equal(numbers(rows[y], columns[x]), [windows[y][x]])


@every_case
def test_the_largest_of_a_unit_and_the_positions_of_marked_units(in_map, window, pool):
    layer = Layer(window, pool)
    conv_map, out_map = layer.conv_map(in_map), layer.out_map(in_map)
    rng = np.random.default_rng(sum(conv_map))
    values, marked = rng.integers(-99, 99, (2, *conv_map, 3)), rng.random((2, *out_map)) < 0.5
    largest, spread = np.full((2, *out_map, 3), -100), np.zeros((2, *conv_map), bool)
    for unit_y, unit_x, positions in units(pool, conv_map):
        for y, x in positions:
            largest[:, unit_y, unit_x] = np.maximum(largest[:, unit_y, unit_x], values[:, y, x])
            spread[:, y, x] |= marked[:, unit_y, unit_x]
    assert np.array_equal(layer.unit_window.largest(values, axis=1), largest)
    assert np.array_equal(
        layer.unit_window.largest(values.transpose(0, 3, 1, 2), axis=2), largest.transpose(0, 3, 1, 2)
    )
    assert np.array_equal(layer.unit_window.spread(marked, conv_map), spread)


def test_the_cases_meet_every_feature():
    kernels_larger = sum(min(in_map) < max(window.kernel) for in_map, window, _ in CASES)
    dropped = sum(pool == MAX_2X2 and any(s % 2 for s in window.out_map(in_map)) for in_map, window, pool in CASES)
    assert kernels_larger > 3 and dropped > 3
    assert {pool for _, _, pool in CASES} == set(POOLS)
    assert {window.stride for _, window, _ in CASES} == {1, 2, 3}


def test_the_pool_of_the_processor_drops_a_last_odd_row_and_column():
    assert MAX_2X2.largest(np.arange(15).reshape(1, 5, 3), axis=1).tolist() == [[[4], [10]]]


@pytest.mark.parametrize("size", range(-3, 5))
def test_a_map_that_nothing_fits_into_has_no_positive_size(size):
    assert MAX_2X2.out_map((size, 2)) == (size // 2, 1)
    assert SINGLE.out_map((size, 2)) == (size, 2)
    assert (Window((4, 1)).out_map((size, 1))[0] > 0) == (size >= 4)


def test_the_window_of_weights_has_their_kernel():
    window = Window.of(np.zeros((7, 5, 3, 2)), stride=2, padding=[1, 0])
    assert window == Window((3, 2), 2, (1, 0)) and window.taps == 6
