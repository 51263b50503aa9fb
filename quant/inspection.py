"""Tables about a network file: geometry, sizes, sparsity, quantisation error, schedule."""

from rich import box
from rich.table import Table

from firstspike.golden import formats


def tables(network_file):
    """The tables in the order to print them, as rich renderables."""
    yield geometry(network_file.network)
    if "quantisation" in network_file.origin:
        yield quantisation(network_file.origin["quantisation"])
    if network_file.origin.get("calibration_images"):
        yield calibration(network_file.origin["quantisation"])
    yield schedule(network_file.schedule, network_file.network)
    if "mapping" in network_file.origin:
        yield mapping(network_file.origin["mapping"])


def summary(network_file):
    """Lines of (what, value) about the file as a whole, both str."""
    network, config = network_file.network, network_file.schedule.config
    weights = sum(layer.weights.size for layer in network.layers)
    time_step = network_file.origin.get("time_step")
    return [
        ("network", network.name),
        ("checkpoint", str(network_file.origin.get("checkpoint", "unknown"))),
        *([("time step of the NIR graph", f"{time_step:g}")] if time_step is not None else []),
        ("input", f"{_times(network.input_shape)} pixels of 8 bits, {network.input_coding} coding"),
        (
            "classes",
            f"{network.layers[-1].out_channels}"
            + (f" ({', '.join(network.class_names)})" if network.class_names else ""),
        ),
        ("time steps T", str(network.time_steps)),
        ("membrane potential", f"{network.acc_bits} bits, LSB 2^-{network.fraction_bits}"),
        ("weights", f"{weights:,} codes of {formats.WEIGHT_BITS} bits ({_bytes(weights * formats.WEIGHT_BITS / 8)})"),
        ("configuration", f"{config.name}: {config.lanes} lanes, {config.network_bits}-bit network stream"),
        ("batch", f"{network_file.schedule.batch} images a run"),
        (
            "network stream",
            f"{_bytes(len(network_file.stream))} a run, {len(network_file.stream) * 8 // config.network_bits:,} words",
        ),
    ]


def geometry(network):
    """Table of the layers: shapes and sizes."""
    table = _table(
        f"Layers (weights of {formats.WEIGHT_BITS} bits)",
        "layer",
        "input",
        "output",
        "kernel",
        "pad",
        "stride",
        "pool",
        weights="right",
    )
    maps = network.maps()
    for layer, in_map, out_map in zip(network.layers, maps, maps[1:]):
        table.add_row(
            layer.name,
            _times(in_map),
            _times(out_map),
            _times(layer.window.kernel),
            _times(layer.window.padding),
            str(layer.window.stride),
            _times((layer.pool.size,) * 2) if layer.pool else "-",
            f"{layer.weights.size:,}",
        )
    return table


def quantisation(errors):
    """Table of sparsity and quantisation error per layer, from the figures of `quant.quantisation_error`."""
    table = _table(
        "Quantisation (errors relative to the trained weights)",
        "layer",
        **{
            "zero weights": "right",
            "flushed weights": "right",
            "RMS error": "right",
            "largest error": "right",
            "largest code": "right",
            "bits of V": "right",
        },
    )
    for layer in errors:
        table.add_row(
            layer["layer"],
            f"{layer['zero_weights'] / layer['weights']:.2%}",
            f"{layer['flushed_weights'] / layer['weights']:.2%}",
            f"{layer['relative_error']:.3%}",
            f"{layer['largest_relative_error']:.3%}",
            str(layer["largest_magnitude_code"]),
            str(layer["potential_bits"]),
        )
    return table


def calibration(errors):
    """Table of what causes the error of the potentials, from the figures of `quant.calibration.layer_rounding`."""
    table = _table(
        "Calibration (errors of the membrane potentials, relative to their standard deviation)",
        "layer",
        **{"from the inputs": "right", "from plain rounding": "right", "calibrated, all together": "right"},
    )
    for layer in errors:
        table.add_row(
            layer["layer"],
            f"{layer['input_error']:.3%}",
            f"{layer['plain_error']:.3%}",
            f"{layer['calibrated_error']:.3%}",
        )
    return table


def schedule(plan, network):
    """Table of the layer runs in order of execution."""
    table = _table(
        "Schedule (layer runs in order)",
        "layer",
        "images",
        split="right",
        groups="right",
        chunks="right",
        tiles="right",
        passes="right",
        **{"weight rows": "right", "weight kB": "right"},
    )
    for run in plan.runs:
        row_bits = plan.config.lanes // run.split * formats.WEIGHT_BITS
        rows = sum(step.rows for step in run.passes)
        table.add_row(
            network.layers[run.layer].name,
            f"{run.first_image}..{run.first_image + run.images - 1}",
            str(run.split),
            str(len({step.first_channel for step in run.passes})),
            str(len({step.first_word for step in run.passes})),
            str(len({step.first_unit for step in run.passes})),
            str(len(run.passes)),
            f"{rows:,}",
            f"{rows * row_bits / 8e3:,.1f}",
        )
    return table


def mapping(choices):
    """Table of the mapper's estimates and reasons per layer, from the fields of `quant.mapper.mapper.Choice`."""
    table = _table(
        "Mapping (estimated cycles of the whole batch)",
        "layer",
        cycles="right",
        **{"stream cycles": "right", "reason": "left"},
    )
    for choice in choices:
        table.add_row(choice["layer"], f"{choice['cycles']:,.0f}", f"{choice['stream_cycles']:,.0f}", choice["reason"])
    return table


def _table(title, *text_columns, **other_columns):
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for column in text_columns:
        table.add_column(column, overflow="fold")
    for column, justify in other_columns.items():
        table.add_column(column, justify=justify, overflow="fold")
    return table


def _times(sizes):
    return "x".join(map(str, sizes))


def _bytes(count):
    return f"{count / 1e6:.2f} MB" if count >= 1e6 else f"{count / 1e3:.2f} kB"
