import nir
import numpy as np
import pytest

from firstspike import quant
from firstspike.golden.config import PRESETS
from firstspike.golden.evaluators import fast
from firstspike.golden.geometry import Window
from firstspike.quant.calibration.convolution import convolve
from firstspike.quant.importers import nir_graph
from firstspike.quant.importers.architecture import ArchitectureError
from firstspike.quant.importers.checkpoint import CheckpointError
from firstspike.quant.importers.importer import trained_layers

SINABS = "tests/data/sinabs_cnn.nir"
"""Written by the exporter of sinabs 3.1.3: Conv2d(2, 6, 3, padding=1), IAF, SumPool2d(2), Conv2d(6, 9, (2, 3)), IAF,
Flatten, Linear(81, 5) with random weights for maps of 8 x 10. The map sizes that NIR's writer asks for and sinabs
leaves out (of both convolutions, and before Flatten) were filled in."""


def chain(*nodes, metadata=None):
    """Graph of the nodes in order, called by their index."""
    labels = ["input", *map(str, range(len(nodes))), "output"]
    all_nodes = [nir.Input({"input": np.array([2, 6, 6])}), *nodes, nir.Output({"output": np.array([3])})]
    return nir.NIRGraph(
        dict(zip(labels, all_nodes)), list(zip(labels, labels[1:])), metadata=metadata or {}, type_check=False
    )


def convolution(out_channels=4, in_channels=2, **changes):
    weights = np.random.default_rng(1).normal(0, 0.3, (out_channels, in_channels, 3, 3))
    return nir.Conv2d(
        **{
            "input_shape": (6, 6),
            "weight": weights,
            "stride": 1,
            "padding": 1,
            "dilation": 1,
            "groups": 1,
            "bias": np.full(out_channels, 0.1),
        }
        | changes
    )


def neurons(threshold=1.0, **metadata):
    return nir.IF(r=np.ones(4), v_threshold=np.broadcast_to(threshold, 4).astype(float), metadata=metadata)


def output():
    return nir.Affine(weight=np.random.default_rng(2).normal(0, 0.3, (3, 4 * 36)), bias=np.zeros(3))


def golden_logits(exported, images):
    network = exported.network
    return fast.run(network, images).potentials * 2.0 ** (network.layers[-1].offsets / 4 - network.fraction_bits)


def test_a_file_of_another_library_is_imported_and_runs():
    graph = nir.read(SINABS, type_check=False)
    exported = quant.export(SINABS, "tiny")
    network = exported.network
    assert network.maps() == [(2, 8, 10), (6, 8, 10), (9, 3, 3), (5, 1, 1)]
    images = np.random.default_rng(3).integers(0, 256, (64, 2, 8, 10), dtype=np.uint8)

    # The graph in real numbers: clipped ReLUs, and the sum over windows of 2x2.
    maps = np.clip(
        convolve(images.astype(np.float32) / 256, graph.nodes["0"].weight, Window((3, 3), padding=(1, 1)))
        + graph.nodes["0"].bias[:, None, None],
        0,
        1,
    )
    maps = maps.reshape(64, 6, 4, 2, 5, 2).sum(axis=(3, 5)).astype(np.float32)
    maps = np.clip(convolve(maps, graph.nodes["3"].weight, Window((2, 3))) + graph.nodes["3"].bias[:, None, None], 0, 1)
    wanted = maps.reshape(64, -1) @ graph.nodes["6"].weight.T + graph.nodes["6"].bias
    maps = images.astype(np.float32) / 256
    for layer in trained_layers(*nir_graph.read(SINABS)):
        maps = convolve(maps, layer.weights, layer.window) + layer.biases[:, None, None]
        maps = np.clip(maps, 0, 1).astype(np.float32) if layer.fires else maps
    assert np.allclose(maps[:, :, 0, 0], wanted, atol=1e-5)
    assert np.corrcoef(golden_logits(exported, images).ravel(), wanted.ravel())[0, 1] > 0.9
    calibrated = quant.export(SINABS, "tiny", calibration=images)
    assert np.corrcoef(golden_logits(calibrated, images).ravel(), wanted.ravel())[0, 1] > 0.97


def test_the_metadata_of_the_graph_is_taken_over(tmp_path):
    graph = chain(
        convolution(),
        neurons(),
        nir.Flatten({"input": np.array([4, 6, 6])}, start_dim=0),
        output(),
        metadata={"name": "cells", "class_names": "a,b,c", "input_coding": "ttfs"},
    )
    nir.write(tmp_path / "graph.nir", graph)
    _, architecture = nir_graph.read(tmp_path / "graph.nir")
    assert (architecture.name, architecture.class_names) == ("cells", ("a", "b", "c"))
    assert architecture.input_coding == "ttfs"
    assert quant.export(graph, PRESETS["small"]).network.name == "cells"


def test_a_threshold_is_where_the_activation_is_clipped_and_the_last_neurons_are_left_out():
    checkpoint, architecture = nir_graph.describe(
        chain(
            convolution(),
            neurons(0.5, time_code=nir_graph.TIME_CODE_VALUE),
            nir.Linear(weight=output().weight),
            nir.IF(r=np.ones(3), v_threshold=np.ones(3)),
        )
    )
    assert architecture.layers[0].clip_at == 0.5
    assert [layer.activation for layer in architecture.layers] == ["clip_0_1", "none"]
    first, second = trained_layers(checkpoint, architecture)
    assert np.allclose(first.weights, 2 * checkpoint.tensors["0.weight"]) and np.allclose(first.biases, 0.2)
    assert np.allclose(second.weights.ravel(), checkpoint.tensors["2.weight"].ravel() / 2)


def pool(size, kind=nir.AvgPool2d):
    return kind(kernel_size=np.array([size, size]), stride=np.array([size, size]), padding=np.array([0, 0]))


def leaky():
    return nir.LIF(tau=np.ones(4), r=np.ones(4), v_leak=np.zeros(4), v_threshold=np.ones(4))


@pytest.mark.parametrize(
    "nodes, message",
    [
        ((convolution(), leaky(), output()), "layer 1: .*leak: a membrane potential keeps what it has"),
        (
            (convolution(), neurons([1, 1, 2, 1]), output()),
            "layer 1: .*thresholds that differ within a layer, from 1 to 2",
        ),
        ((convolution(), neurons(time_code="rate"), output()), "layer 1: .*the time code 'rate'"),
        ((convolution(), neurons(), pool(3), output()), r"layer 2: .*the pool average \(3, 3\)"),
        ((convolution(), pool(2), neurons(), output()), "layer 1: .*average_pool"),
        ((convolution(), neurons(), nir.Scale(np.ones(4)), output()), "layer 2: .*the NIR node Scale"),
        ((convolution(groups=2, in_channels=1), neurons(), output()), "layer 0: .*a convolution in 2 groups"),
        ((convolution(), output()), "layer 0: expected a ReLU"),
    ],
)
def test_nodes_without_a_form_are_refused_with_name_and_reason(nodes, message):
    with pytest.raises(ArchitectureError, match=message):
        nir_graph.describe(chain(*nodes))


@pytest.mark.parametrize(
    "edges, message", [([("0", "2")], "residual_add"), ([("1", "1")], "recurrent"), ([("1", "0")], "recurrent")]
)
def test_graphs_that_are_no_chain_are_refused(edges, message):
    graph = chain(convolution(), neurons(), output())
    graph.edges += edges
    with pytest.raises(ArchitectureError, match=message):
        nir_graph.describe(graph)


def test_graphs_without_an_end_or_an_input_are_refused():
    graph = chain(convolution(), neurons(), output())
    graph.edges.pop()
    with pytest.raises(ArchitectureError, match="nothing follows the node 2, which is no output"):
        nir_graph.describe(graph)
    del graph.nodes["input"]
    with pytest.raises(ArchitectureError, match="expected one input, found 0"):
        nir_graph.describe(graph)


def test_an_input_that_is_no_image_is_refused():
    graph = chain(convolution(), neurons(), output())
    graph.nodes["input"] = nir.Input({"input": np.array([2, 36])})
    with pytest.raises(
        ArchitectureError, match=r"expected an input of channels, height, width \(or of channels\), got"
    ):
        nir_graph.describe(graph)


def test_damaged_files_are_one_clear_error(tmp_path):
    (tmp_path / "text.nir").write_text("no graph")
    with pytest.raises(CheckpointError, match="text.nir is not a NIR file, or it is damaged"):
        nir_graph.read(tmp_path / "text.nir")
    with pytest.raises(CheckpointError, match="missing.nir: no such file"):
        nir_graph.read(tmp_path / "missing.nir")
