import pytest

from firstspike.quant.importers.architecture import Architecture, ArchitectureError
from firstspike.quant.importers.layer_chain import LayerChain


@pytest.fixture
def chain():
    """A convolution with its ReLU."""
    started = LayerChain()
    started.convolution("conv", has_bias=True, padding=1, stride=1, groups=1, dilation=1)
    started.activation("relu", 0, None)
    return started


def test_every_layer_collects_what_follows_it(chain):
    chain.pool("pool", "max", 2, None, 0)
    chain.convolution("second", has_bias=False, padding=(0, 2), stride=(2, 2), groups=1, dilation=1)
    chain.batch_norm("norm", 1e-3)
    chain.activation("clip", 0, 6)
    chain.global_average_pool("mean")
    chain.linear("fc", has_bias=True)
    layers = Architecture.from_dict({"name": "x", "input_shape": (1, 9, 9), "layers": chain.layers()}, "test").layers
    assert [layer.name for layer in layers] == ["conv", "second", "fc"]
    assert [layer.activation for layer in layers] == ["relu", "clip_0_1", "none"]
    assert [layer.pool for layer in layers] == ["max_2x2", "average_global", "none"]
    assert (layers[1].padding, layers[1].stride, layers[1].clip_at, layers[1].batch_norm) == ((0, 2), 2, 6, "norm")
    assert [layer.bias for layer in layers] == ["conv.bias", None, "fc.bias"]
    assert chain.batch_norm_epsilon == 1e-3


@pytest.mark.parametrize(
    "low, high, activation, clip_at",
    [(0, None, "relu", None), (-1, None, "relu", None), (None, 1, "clip_0_1", 1), (0, 6, "clip_0_1", 6)],
)
def test_an_activation_after_an_activation_is_one(chain, low, high, activation, clip_at):
    chain.activation("again", low, high)
    (layer,) = chain.layers()
    assert layer["activation"] == activation and layer.get("clip_at") == clip_at
    chain.activation("third", 0, 0.5)
    assert chain.layers()[0]["clip_at"] == 0.5


def test_an_activation_after_an_average_pool_is_refused(chain):
    chain.pool("pool", "average", 2, 2, 0)
    with pytest.raises(ArchitectureError, match="layer x: .*an activation that does not follow a convolution"):
        chain.activation("x", 0, None)


@pytest.mark.parametrize(
    "method, arguments, message",
    [
        ("pool", ("max", 3, 2, 0), r"layer x: .*the pool max \(3, 3\) with stride \(2, 2\)"),
        ("pool", ("max", 2, 2, 1), r"layer x: .* and padding \(1, 1\)"),
        ("pool", ("average", 4, 4, 0), r"layer x: .*the pool average \(4, 4\) with stride \(4, 4\)"),
        ("activation", (0.5, None), "layer x: .*an activation from 0.5 to None"),
        ("batch_norm", (1e-5,), "layer x: .*a batch norm that does not directly follow its convolution"),
        ("convolution", (True, (0.5, 0.5), 1, 1, 1), "layer x: .*different padding on both sides"),
        ("convolution", (True, 0, (1, 2), 1, 1), r"layer x: .*stride \(1, 2\) .*that differ by direction"),
        ("convolution", (True, 0, 1, 1, (2, 1)), r"layer x: .*dilation \(2, 1\) that differ by direction"),
        ("refuse", ("residual_add",), "layer x: .*residual_add: the spike buffer keeps the input of the running"),
    ],
)
def test_operations_without_a_form_are_refused_by_name(chain, method, arguments, message):
    with pytest.raises(ArchitectureError, match=message):
        getattr(chain, method)("x", *arguments)


def test_orders_without_a_form_are_refused():
    first = LayerChain()
    with pytest.raises(ArchitectureError, match="the network has no convolution"):
        first.layers()
    with pytest.raises(ArchitectureError, match="layer x: .*max pool before the first convolution"):
        first.pool("x", "max", 2, 2, 0)
    first.linear("a", has_bias=True)
    with pytest.raises(ArchitectureError, match="layer pool: .*only after an activation it can be folded"):
        first.pool("pool", "average", 2, 2, 0)
    first.batch_norm("b", 1e-5)
    first.linear("c", has_bias=True)
    with pytest.raises(ArchitectureError, match="layer a: expected a ReLU or clipped ReLU before the next layer"):
        first.layers()
    with pytest.raises(ArchitectureError, match="batch norms of different epsilon"):
        first.batch_norm("d", 1e-3)
    with pytest.raises(ArchitectureError, match="layer e: .*an activation from -1 to 1"):
        first.activation("e", -1, 1)
    first.activation("f", 0, 1)
    first.pool("g", "max", 2, 2, 0)
    with pytest.raises(ArchitectureError, match="layer h: .*two pools in a row"):
        first.global_average_pool("h")
