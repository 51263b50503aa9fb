"""What a layer is, for people: its kind, the map that it yields, and a name where its own one says nothing."""

from typing import Any

from firstspike.golden.network import Network

FULLY_CONNECTED = "fully connected"


def kind(network: Network, index: int) -> str:
    """For example "conv 3x3, stride 2, pool 2x2"; a kernel that covers its whole input map is fully connected."""
    layer = network.layers[index]
    maps = network.maps()
    first = layer.inputs[0]
    window = first.window
    in_map = maps[network.source(index, first)][1:]
    whole = window.kernel == tuple(in_map) and not any(window.padding)
    parts = [FULLY_CONNECTED if whole else f"conv {window.kernel[0]}x{window.kernel[1]}"]
    if window.stride > 1:
        parts.append(f"stride {window.stride}")
    if layer.pool:
        parts.append(f"pool {layer.pool.size}x{layer.pool.size}")
    return ", ".join(parts)


def output(network: Network, index: int) -> str:
    """Neurons of the layer's map: "channels x height x width", or their number where the map is one position."""
    channels, *out_map = network.maps()[index + 1]
    return str(channels) if out_map == [1, 1] else " x ".join(map(str, (channels, *out_map)))


def label(row: dict[str, Any]) -> str:
    """Name of a layer on the page; `row` is one of the document's `layers`. Unique, as the names of layers are."""
    name = row["layer"]
    return name if any(map(str.isalpha, name)) else f"{name}: {row['kind']}, {row['output']}"
