import nir
import numpy as np
import pytest

from firstspike import quant
from firstspike.golden.config import PRESETS
from firstspike.golden.datasets import digits
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


def neurons(threshold=1.0, r=1.0, reset=0.0, **metadata):
    values = [np.broadcast_to(value, 4).astype(float) for value in (r, threshold, reset)]
    return nir.IF(*values, metadata=metadata)


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


@pytest.mark.parametrize(
    "r, threshold, reset, gain",
    [
        (1, 0.5, 0, 2),
        (2, 1, 0, 2),
        (1, 1, -1, 0.5),
        (4, 3, 1, 2),
        (1e4, 1, 0, 1),
        (1e4, 0.75, -0.25, 1),
        (1e4, 2e4, 0, 0.5),
    ],
)
def test_a_rate_is_the_input_times_r_over_what_a_spike_takes_away_at_most_1(r, threshold, reset, gain):
    """min(1, r i / (v_threshold - v_reset)), with r in 1 / dt where an exporter takes time for seconds."""
    checkpoint, architecture = nir_graph.describe(
        chain(convolution(), neurons(threshold, r, reset, time_code=nir_graph.TIME_CODE_VALUE), output())
    )
    assert [layer.activation for layer in architecture.layers] == ["clip_0_1", "none"]
    first, second = trained_layers(checkpoint, architecture)
    assert np.array_equal(first.weights, gain * convolution().weight) and np.array_equal(first.biases, [0.1 * gain] * 4)
    assert np.array_equal(second.weights.ravel(), output().weight.ravel())  # a spike has the value 1


def test_neurons_may_differ_by_channel_also_those_of_the_output():
    """The neurons of the output layer are left out, but what their rates are multiplied by decides about the class."""
    thresholds = np.array([1.0, 2.0, 0.5, 4.0])
    of_map = nir.IF(r=np.ones((4, 6, 6)), v_threshold=np.broadcast_to(thresholds[:, None, None], (4, 6, 6)).copy())
    last = nir.IF(r=np.array([1.0, 2.0, 4.0]), v_threshold=np.ones(3), v_reset=np.array([0.0, -1.0, 0.5]))
    checkpoint, architecture = nir_graph.describe(chain(convolution(), of_map, output(), last))
    first, second = trained_layers(checkpoint, architecture)
    assert np.array_equal(first.weights, convolution().weight / thresholds[:, None, None, None])
    assert np.array_equal(first.biases, 0.1 / thresholds)
    assert np.array_equal(second.weights.reshape(3, -1), output().weight * np.array([1, 1, 8])[:, None])


def test_the_time_step_may_stand_in_the_metadata(tmp_path):
    graph = chain(convolution(), neurons(r=1000.0), output(), metadata={"dt": 1e-3})
    graph.nodes["input"] = nir.Input({"input": np.array([2, 6, 6])})
    checkpoint, architecture = nir_graph.describe(graph)
    assert np.array_equal(trained_layers(checkpoint, architecture)[0].weights, convolution().weight)
    nir.write(tmp_path / "graph.nir", graph)
    again, _ = nir_graph.read(tmp_path / "graph.nir")
    assert np.array_equal(again.tensors["0.weight"], checkpoint.tensors["0.weight"])
    graph.metadata["dt"] = "soon"
    with pytest.raises(ArchitectureError, match="expected a positive time step 'dt' in the metadata, got nan"):
        nir_graph.describe(graph)


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
            r"layer 1: .*r / \(v_threshold - v_reset\) that differs within a channel, from 0.5 to 1",
        ),
        ((convolution(), neurons(r=1000), output()), "up to 1000, so its time step is not 1, .*metadata"),
        ((convolution(), neurons(r=0), output()), "layer 1: .*neurons whose r, or .*is not positive and finite"),
        ((convolution(), neurons(1, 1, 1), output()), "layer 1: .*neurons whose r, or .*is not positive and finite"),
        ((convolution(), neurons(np.nan), output()), "layer 1: .*neurons whose r, or .*is not positive and finite"),
        ((convolution(), neurons(), neurons(2), output()), "layer 2: .*neurons that do not directly follow"),
        ((neurons(), convolution(), output()), "layer 0: .*neurons that do not directly follow"),
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


def test_several_outputs_are_no_residual_add():
    graph = chain(convolution(), neurons(), output())
    graph.nodes["second"] = nir.Output({"output": np.array([3])})
    graph.edges.append(("1", "second"))
    with pytest.raises(ArchitectureError, match="layer .*: the processor has no form for 2 outputs"):
        nir_graph.describe(graph)


def test_a_loop_back_to_the_input_is_refused():
    """It was followed forever."""
    graph = chain(convolution(), neurons(), output())
    graph.edges = [*graph.edges[:-1], ("2", "input")]
    with pytest.raises(ArchitectureError, match="layer input: .*recurrent"):
        nir_graph.describe(graph)


@pytest.mark.parametrize("edge", [("2", "nowhere"), ("nowhere", "2")])
def test_an_edge_to_no_node_is_refused(edge):
    graph = chain(convolution(), neurons(), output())
    graph.edges = [*graph.edges[:-1], edge]
    with pytest.raises(ArchitectureError, match="an edge begins or ends at the node nowhere, which is not there"):
        nir_graph.describe(graph)


def test_class_names_may_be_a_sequence():
    for names in (["a", "b", "c"], np.array(["a", "b", "c"])):
        _, architecture = nir_graph.describe(chain(convolution(), neurons(), output(), metadata={"class_names": names}))
        assert architecture.class_names == ("a", "b", "c")


@pytest.mark.parametrize(
    "nodes, metadata",
    [
        ((convolution(groups=None), neurons(), output()), {}),
        ((convolution(bias=np.zeros(3)), neurons(), output()), {}),
        ((convolution(), nir.IF(r=np.ones(0), v_threshold=np.ones(0)), output()), {}),
        ((convolution(), neurons(), nir.AvgPool2d(np.array([np.nan, 2]), np.array(2), np.array(0)), output()), {}),
        ((convolution(), neurons(), output()), {"class_names": 3}),
    ],
)
def test_parameters_of_a_wrong_form_are_one_clear_error(nodes, metadata):
    with pytest.raises(
        ArchitectureError, match="of the NIR graph|NIR graph nir: a parameter has another type or shape"
    ):
        nir_graph.describe(chain(*nodes, metadata=metadata))


@pytest.mark.parametrize("size", [6.5, np.nan])
def test_an_input_of_no_whole_size_is_refused(size):
    graph = chain(convolution(), neurons(), output())
    graph.nodes["input"] = nir.Input({"input": np.array([2, 6, size])})
    with pytest.raises(ArchitectureError, match="NIR graph"):
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


@pytest.mark.parametrize("shape", [None, np.array([]), np.array(None)])
def test_an_input_without_a_shape_is_refused(shape):
    graph = chain(convolution(), neurons(), output())
    graph.nodes["input"].input_type = {"input": shape}
    with pytest.raises(ArchitectureError, match="NIR graph: its input has no shape; expected channels, height, width"):
        nir_graph.describe(graph)


def test_damaged_files_are_one_clear_error(tmp_path):
    (tmp_path / "text.nir").write_text("no graph")
    with pytest.raises(CheckpointError, match="text.nir is not a NIR file, or it is damaged"):
        nir_graph.read(tmp_path / "text.nir")
    with pytest.raises(CheckpointError, match="missing.nir: no such file"):
        nir_graph.read(tmp_path / "missing.nir")


@pytest.fixture(scope="module")
def recorded():
    """What `tests/data/nir_of_libraries.py` had the libraries simulate."""
    with np.load("tests/data/nir_of_libraries.npz") as content:
        return dict(content)


def first_layer(name, images):
    """The input of the first neurons, in units of what a spike takes away, as it is imported."""
    layer, *_ = trained_layers(*nir_graph.read(f"tests/data/{name}.nir"))
    return convolve(images.astype(np.float32) / 256, layer.weights, layer.window) + layer.biases[:, None, None]


@pytest.mark.parametrize("name", ["spikingjelly_if", "spikingjelly_reset", "sinabs_if"])
def test_a_graph_of_a_library_means_what_the_library_simulates(name, recorded):
    """Spikes of a constant input in 64 steps, one by one: NIR's rate, in whole steps between two spikes or in whole spikes."""
    spikes, steps = recorded[f"{name}_spikes"].astype(int), int(recorded["steps"])
    inputs = first_layer(name, digits.split(training=False)[0][: len(spikes)])

    def of(inputs):
        with np.errstate(divide="ignore"):
            # spikingjelly forgets what is left over at a spike, sinabs keeps it.
            waits = np.ceil(1 / np.maximum(inputs, 0))
            return steps // waits if name.startswith("spikingjelly") else np.floor(steps * np.clip(inputs, 0, 1))

    # Sums of floats in another order: an input at the border between two numbers of spikes may lie on either side.
    low, high = of(inputs - 1e-5), of(inputs + 1e-5)
    assert ((low <= spikes) & (spikes <= high)).all()
    assert (low == high).mean() > 0.97 and 0.1 < (spikes > 0).mean() < 0.9 and (spikes == steps).any()


@pytest.mark.parametrize(
    "name, time_step", [("spikingjelly_if", 1e-4), ("spikingjelly_reset", 1e-4), ("sinabs_if", 1.0)]
)
def test_a_network_of_a_library_classifies_as_in_its_own_simulation(name, time_step, recorded):
    """With r = 1 / dt = 1e4, the default of spikingjelly, this network had 7.2 %."""
    exported = quant.export(f"tests/data/{name}.nir", "tiny")
    assert exported.origin["time_step"] == time_step
    found = fast.run(exported.network, digits.split(training=False)[0]).classes(exported.network)
    labels = recorded["labels"]
    assert (recorded[f"{name}_classes"] == labels).mean() > 0.95
    assert (found == recorded[f"{name}_classes"]).mean() > 0.97
    assert (found == labels).mean() > 0.95


def test_the_graphs_of_all_libraries_are_the_same_network():
    """Their thresholds and weights differ, what they mean does not."""
    plain, *others = (
        trained_layers(*nir_graph.read(f"tests/data/{name}.nir"))
        for name in ("spikingjelly_if", "spikingjelly_reset", "sinabs_if")
    )
    for other in others:
        for one, layer in zip(plain, other, strict=True):
            assert np.allclose(one.weights, layer.weights, rtol=1e-6) and np.allclose(one.biases, layer.biases)
