"""Which input positions an output position reads, and which positions an output unit reduces.

Every formula between a position and the inputs of its kernel taps stands here. The definitions and the time-stepped
evaluation keep their own, because they are there to be compared with.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import product

import numpy as np

MAX, AVERAGE = "max", "average"

OUTSIDE = -1
"""In place of an input row or column: the tap lies in the padding."""

Pair = tuple[int, int]
"""Of rows and columns: (height, width), or (row, column)."""


def input_of(position, tap, stride, padding):
    """Row that kernel tap `tap` of output row `position` reads, or column; numbers or arrays, also for compiled code."""
    return position * stride + tap - padding


def inside(place: Pair, size: Pair) -> bool:
    """Whether (row, column) lies in a map of (height, width)."""
    return 0 <= place[0] < size[0] and 0 <= place[1] < size[1]


@dataclass(frozen=True)
class Window:
    """What an output position of a convolution reads of the input map.

    Attributes
    ----------
    kernel : (int, int)
        Height and width.
    stride : int
        Input rows, and columns, between two output positions.
    padding : (int, int)
        Silent rows above and below, silent columns left and right.
    """

    kernel: Pair
    stride: int = 1
    padding: Pair = (0, 0)

    @classmethod
    def of(cls, weights: np.ndarray, stride: int = 1, padding: Pair = (0, 0)) -> "Window":
        """The window of weights (out_channels, in_channels, kernel_h, kernel_w)."""
        return cls(tuple(weights.shape[2:]), stride, tuple(padding))

    @property
    def taps(self) -> int:
        return self.kernel[0] * self.kernel[1]

    def out_map(self, in_map: Pair) -> Pair:
        """(height, width) of the output positions of an input map; not positive where the kernel does not fit."""
        return tuple((size + 2 * p - k) // self.stride + 1 for size, p, k in zip(in_map, self.padding, self.kernel))

    def input_of(self, position: Pair, tap: Pair) -> Pair:
        """(row, column) that kernel tap `tap` of an output position reads; it may lie in the padding."""
        return tuple(input_of(p, t, self.stride, padding) for p, t, padding in zip(position, tap, self.padding))

    def readers(self, place: Pair, out_map: Pair) -> Iterator[tuple[Pair, Pair]]:
        """(position, tap) of all output positions of a map (height, width) that read the input (row, column)."""
        for tap in product(*map(range, self.kernel)):
            steps = [
                divmod(i - input_of(0, t, self.stride, p), self.stride) for i, t, p in zip(place, tap, self.padding)
            ]
            position = tuple(step for step, _ in steps)
            if not any(rest for _, rest in steps) and inside(position, out_map):
                yield position, tap

    def inputs(self, positions: np.ndarray, size: int, axis: int) -> np.ndarray:
        """Input rows (axis 0) or columns (axis 1) that output positions read.

        Parameters
        ----------
        positions : int array (...)
            Output rows or columns.
        size : int
            Input rows or columns.
        axis : int

        Returns
        -------
        int64 array (..., kernel)
            For each tap; `OUTSIDE` in the padding.
        """
        taps = np.arange(self.kernel[axis])
        read = input_of(np.asarray(positions, np.int64)[..., None], taps, self.stride, self.padding[axis])
        return np.where((read >= 0) & (read < size), read, OUTSIDE)


@dataclass(frozen=True)
class Pool:
    """What makes an output unit of several positions. Positions beyond the last whole window belong to no unit.

    Attributes
    ----------
    kind : str
        "max" or "average".
    size : int
        Rows, and columns, of its window.
    stride : int
        Positions from one unit to the next.
    """

    kind: str
    size: int
    stride: int

    @property
    def positions(self) -> int:
        """Positions of one unit."""
        return self.size**2

    def out_map(self, in_map: Pair) -> Pair:
        """(height, width) of the units of a map of positions; not positive where no window fits."""
        return tuple((size - self.size) // self.stride + 1 for size in in_map)

    def position_of(self, unit: Pair, number: int) -> Pair:
        """(row, column) of position `number` of a unit (row, column), counted row by row."""
        return tuple(u * self.stride + step for u, step in zip(unit, divmod(number, self.size)))

    def visited(self, units: int) -> np.ndarray:
        """int64 (units, size): the positions of units 0 .. units - 1, along one axis."""
        return np.arange(units)[:, None] * self.stride + np.arange(self.size)

    def largest(self, maps: np.ndarray, axis: int) -> np.ndarray:
        """The largest value of each unit.

        Parameters
        ----------
        maps : array (..., height, width, ...)
            Of positions.
        axis : int
            That of the height; not negative, and the width follows it.

        Returns
        -------
        array of units, otherwise of the shape of `maps`
        """
        return reduce(np.maximum, self.windows(maps, axis))

    def windows(self, maps: np.ndarray, axis: int) -> Iterator[np.ndarray]:
        """For each position of the window the values that all units have there; arguments as of `largest`."""
        lead = (slice(None),) * axis
        return (maps[lead + places] for places in self._places(maps.shape[axis : axis + 2]))

    def spread(self, units: np.ndarray, in_map: Pair) -> np.ndarray:
        """Which positions belong to certain units.

        Parameters
        ----------
        units : bool array (N, height, width)
        in_map : (int, int)
            Height and width of the map of positions.

        Returns
        -------
        bool array (N, *in_map)
        """
        positions = np.zeros((len(units), *in_map), bool)
        for places in self._places(in_map):
            positions[(slice(None), *places)] |= units
        return positions

    def _places(self, in_map):
        """For each position of the window, slices of rows and columns: where it lies in all units of the map."""
        for first in product(range(self.size), repeat=2):
            yield tuple(
                slice(begin, begin + units * self.stride, self.stride)
                for begin, units in zip(first, self.out_map(in_map))
            )


MAX_2X2 = Pool(MAX, 2, 2)
"""The pool that the processor has."""

SINGLE = Pool(MAX, 1, 1)
"""The unit of a layer that does not pool: one position."""


class LayerGeometry:
    """What follows from the `window` (Window) and `pool` (Pool or None) of a layer."""

    window: Window
    pool: Pool | None

    @property
    def unit_window(self) -> Pool:
        """The positions of one output unit: `pool`, or `SINGLE`."""
        return self.pool or SINGLE

    def conv_map(self, in_map: Pair) -> Pair:
        """(height, width) of the map before pooling for an input map (height, width)."""
        return self.window.out_map(in_map)

    def out_map(self, in_map: Pair) -> Pair:
        """(height, width) of the map after pooling."""
        return self.unit_window.out_map(self.conv_map(in_map))

    def unit_inputs(self, in_map: Pair) -> tuple[np.ndarray, np.ndarray]:
        """The inputs of all output units: input rows of their rows, input columns of their columns.

        Returns
        -------
        pair of int64 arrays (units, positions of a unit, kernel)
            All along one axis; `OUTSIDE` in the padding.
        """
        return self._inputs(self.unit_window, in_map)

    def position_inputs(self, in_map: Pair) -> tuple[np.ndarray, np.ndarray]:
        """`unit_inputs` as if the layer did not pool: int64 (positions, 1, kernel) along each axis."""
        return self._inputs(SINGLE, in_map)

    def first_input(self, unit: Pair) -> Pair:
        """(row, column) that the first tap of the first position of a unit reads; it may lie in the padding."""
        return self.window.input_of(self.unit_window.position_of(unit, 0), (0, 0))

    def _inputs(self, unit_window, in_map):
        units = unit_window.out_map(self.conv_map(in_map))
        return tuple(
            self.window.inputs(unit_window.visited(count), size, axis)
            for axis, (count, size) in enumerate(zip(units, in_map))
        )


@dataclass(frozen=True)
class Geometry(LayerGeometry):
    """A window with the pool behind it."""

    window: Window
    pool: Pool | None = None
