"""Folding an average pool into the weights of the layer after it, where that is exact."""

from dataclasses import replace

from firstspike.quant.importers.architecture import AVERAGE_POOL, GLOBAL_AVERAGE_POOL, REASONS, ArchitectureError


def out_shape(pool, in_shape):
    """(channels, height, width) after the pool: "average_2x2", "average_global" or None."""
    channels, height, width = in_shape
    if pool == GLOBAL_AVERAGE_POOL:
        return channels, 1, 1
    return (channels, height // 2, width // 2) if pool == AVERAGE_POOL else in_shape


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
    window = (height, width) if pool == GLOBAL_AVERAGE_POOL else (2, 2)

    def must(condition, text):
        if not condition:
            raise ArchitectureError(
                f"layer {layer.name}: the average pool before it cannot be folded into its "
                f"weights: {text}; {REASONS['average_pool']}"
            )

    must(layer.stride == 1, f"its stride {layer.stride} would become {2 * layer.stride}")
    if pool == GLOBAL_AVERAGE_POOL:
        must(layer.weights.shape[2:] == (1, 1) and layer.padding == (0, 0), "it is not a 1 x 1 layer without padding")
    for size, padding in zip((height, width), layer.padding):
        must(
            padding == 0 or size % 2 == 0,
            f"with padding, its windows would see the last row or column of a map of "
            f"{height} x {width}, which the pool drops",
        )
    spread = layer.weights.repeat(window[0], axis=2).repeat(window[1], axis=3) / (window[0] * window[1])
    return replace(
        layer,
        weights=spread,
        stride=1 if pool == GLOBAL_AVERAGE_POOL else 2,
        padding=tuple(size * padding for size, padding in zip(window, layer.padding)),
    )
