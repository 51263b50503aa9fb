"""Folding an average pool into the weights of the layer after it, where that is exact."""

from dataclasses import replace

from firstspike.golden.geometry import AVERAGE, Pool, Window
from firstspike.quant.importers.architecture import AVERAGE_POOL, GLOBAL_AVERAGE_POOL, REASONS, ArchitectureError

AVERAGE_2X2 = Pool(AVERAGE, 2, 2)


def out_shape(pool, in_shape):
    """(channels, height, width) after the pool: "average_2x2", "average_global" or None."""
    channels, height, width = in_shape
    if pool == GLOBAL_AVERAGE_POOL:
        return channels, 1, 1
    return (channels, *AVERAGE_2X2.out_map((height, width))) if pool == AVERAGE_POOL else in_shape


def fold(pool, layer, in_shape):
    """The layer that does without the pool what `layer` does after it.

    Every weight is spread over the positions of its pooling window.

    Parameters
    ----------
    pool : str or None
    layer : TrainedLayer
        For the pooled map.
    in_shape : (int, int, int)
        Channels, height, width before the pool.

    Returns
    -------
    TrainedLayer

    Raises
    ------
    ArchitectureError
        It is not exact, or the processor has no form for the result.
    """
    if pool is None:
        return layer
    _, height, width = in_shape
    whole_map = pool == GLOBAL_AVERAGE_POOL
    size = (height, width) if whole_map else (AVERAGE_2X2.size,) * 2
    stride, padding = layer.window.stride, layer.window.padding

    def must(condition, text):
        if not condition:
            raise ArchitectureError(
                f"layer {layer.name}: the average pool before it cannot be folded into its "
                f"weights: {text}; {REASONS['average_pool']}"
            )

    must(stride == 1, f"its stride {stride} would become {AVERAGE_2X2.stride * stride}")
    if whole_map:
        must(layer.window.kernel == (1, 1) and padding == (0, 0), "it is not a 1 x 1 layer without padding")
    for side, silent in zip((height, width), padding):
        must(
            silent == 0 or side % AVERAGE_2X2.size == 0,
            f"with padding, its windows would see the last row or column of a map of "
            f"{height} x {width}, which the pool drops",
        )
    spread = layer.weights.repeat(size[0], axis=2).repeat(size[1], axis=3) / (size[0] * size[1])
    spread_padding = tuple(count * silent for count, silent in zip(size, padding))
    return replace(
        layer, weights=spread, window=Window.of(spread, 1 if whole_map else AVERAGE_2X2.stride, spread_padding)
    )
