import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils import parametrizations, prune

from firstspike.quant.calibration.convolution import convolve
from firstspike.quant.export import export
from firstspike.quant.importers import pytorch
from firstspike.quant.importers.architecture import ArchitectureError
from firstspike.quant.importers.float_network import maps_of_layers
from firstspike.quant.importers.importer import trained_layers


def real_logits(layers, pixels, upper):
    maps = pixels.astype(np.float32) / 256
    for layer in layers:
        maps = convolve(maps, layer.weights, layer.window) + layer.biases[:, None, None]
        maps = layer.unit_window.largest(maps, axis=2)
        if layer.fires:
            maps = np.clip(maps, 0, upper).astype(np.float32)
    return maps[:, :, 0, 0]


class Functional(nn.Module):
    """Everything as functions, the shape of the batch read in between."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 5, (3, 2), padding=(1, 0))
        self.norm = nn.BatchNorm2d(5)
        self.second = nn.Conv2d(5, 6, 3, stride=2, padding="valid", bias=False)
        self.dropout = nn.Dropout(0.5)
        self.third = nn.Linear(6 * 2 * 1, 4)

    def forward(self, x):
        x = functional.max_pool2d(functional.relu(self.norm(self.first(x))), 2)
        x = torch.relu(self.second(x))
        return self.third(self.dropout(x).view(x.size(0), -1))


def randomise(module):
    """Running statistics and scales as after training."""
    torch.manual_seed(2)
    for part in module.modules():
        if isinstance(part, (nn.BatchNorm1d, nn.BatchNorm2d)):
            part.running_mean.normal_()
            part.running_var.uniform_(0.5, 2)
            nn.init.normal_(part.weight)
            nn.init.normal_(part.bias)
    return module.eval()


MODULES = {
    "functional": (Functional(), (3, 11, 8), None),
    "plain relu": (
        nn.Sequential(
            nn.Conv2d(1, 4, 5, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(4 * 3 * 4, 7),
            nn.BatchNorm1d(7),
            nn.ReLU(inplace=True),
            nn.Linear(7, 3),
        ),
        (1, 7, 9),
        None,
    ),
    "average pools": (
        nn.Sequential(
            nn.Conv2d(2, 4, 3),
            nn.ReLU(),
            nn.AvgPool2d(2),
            nn.Conv2d(4, 5, 2),
            nn.ReLU(),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(1),
            nn.Linear(5, 3),
        ),
        (2, 12, 10),
        None,
    ),
    "clipped at 1": (
        nn.Sequential(nn.Conv2d(2, 4, 3), nn.Hardtanh(0, 1), nn.Flatten(), nn.Linear(4 * 2 * 3, 3)),
        (2, 4, 5),
        1,
    ),
}


@pytest.mark.parametrize("name", MODULES)
def test_the_imported_layers_compute_what_the_module_computes(name):
    module, input_shape, upper = MODULES[name]
    module = randomise(module)
    checkpoint, architecture = pytorch.describe(module, input_shape)
    pixels = np.random.default_rng(1).integers(0, 256, (6, *input_shape), dtype=np.uint8)
    with torch.no_grad():
        expected = module(torch.from_numpy(pixels).float() / 256).numpy()
    found = real_logits(trained_layers(checkpoint, architecture), pixels, upper)
    assert np.allclose(found, expected, rtol=1e-3, atol=1e-4 * np.abs(expected).max())


def test_a_relu_clipped_elsewhere_becomes_one_clipped_at_1():
    torch.manual_seed(1)
    module = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU6(), nn.Flatten(), nn.Linear(16, 3)).eval()
    nn.init.normal_(module[0].weight, std=8)
    checkpoint, architecture = pytorch.describe(module, (1, 4, 4))
    assert architecture.layers[0].clip_at == 6
    pixels = np.random.default_rng(1).integers(0, 256, (9, 1, 4, 4), dtype=np.uint8)
    hidden = module[:2](torch.from_numpy(pixels).float() / 256)
    assert (hidden == 6).any() and ((hidden > 1) & (hidden < 6)).any()
    found = real_logits(trained_layers(checkpoint, architecture), pixels, 1)
    assert np.allclose(found, module(torch.from_numpy(pixels).float() / 256).detach().numpy(), atol=1e-4)


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 3, padding=1)

    def forward(self, x):
        y = torch.relu(self.conv(x))
        return y + torch.relu(y)


class Branches(nn.Module):
    def __init__(self, join):
        super().__init__()
        self.left, self.right, self.join = nn.Conv2d(3, 2, 3), nn.Conv2d(3, 2, 3), join

    def forward(self, x):
        return self.join(self.left(x), self.right(x))


class Calls(nn.Module):
    """A convolution, then a function."""

    def __init__(self, function):
        super().__init__()
        self.conv, self.function = nn.Conv2d(3, 4, 3), function

    def forward(self, x):
        return self.function(self.conv(x))


class DataDependent(nn.Module):
    def forward(self, x):
        return x if x.sum() > 0 else -x


def after_conv(*modules):
    return nn.Sequential(nn.Conv2d(3, 4, 3), *modules)


@pytest.mark.parametrize(
    "module, message",
    [
        (Residual(), "layer add: the processor has no form for residual_add: the spike buffer keeps the input of"),
        (Branches(torch.add), "layer add: .*residual_add: the spike buffer keeps the input of"),
        (Branches(lambda left, right: torch.cat([left, right], 1)), "layer cat: .*concatenate: the spike buffer keeps"),
        (
            Calls(torch.sigmoid),
            r"layer sigmoid: the processor has no form for sigmoid: .*put .*nn.Hardtanh\(0, 1\), and train",
        ),
        (after_conv(nn.SiLU()), r"layer 1: the processor has no form for silu: .* nn.Hardtanh\(0, 1\), and train"),
        (Calls(lambda x: x.mean((2, 3))), "layer mean: .*average_pool: an average of membrane potentials"),
        (Calls(lambda x: torch.clamp(x, -1, 1)), "layer clamp: .*an activation from -1 to 1"),
        (
            Calls(lambda x: nn.functional.max_pool2d(x, 3, 1)),
            r"layer max_pool2d: .*the pool max \(3, 3\) with stride \(1, 1\)",
        ),
        (DataDependent(), "module DataDependent: its graph depends on its inputs and cannot be traced"),
        (after_conv(nn.GELU()), "layer 1: the processor has no form for gelu"),
        (after_conv(nn.ReLU(), nn.LayerNorm(7)), "layer 2: .*layer_norm: its scale depends on the input"),
        (after_conv(nn.GroupNorm(2, 4)), "layer 1: .*layer_norm"),
        (after_conv(nn.ReLU(), nn.ConvTranspose2d(4, 4, 2)), "layer 2: .*transposed_convolution"),
        (
            after_conv(nn.ReLU(), nn.Conv2d(4, 4, 3, groups=4), nn.ReLU(), nn.Conv2d(4, 2, 1)),
            "a convolution in 4 groups",
        ),
        (after_conv(nn.ReLU(), nn.Conv2d(4, 4, 3, dilation=2)), "layer 2: .*dilation 2"),
        (after_conv(nn.ReLU(), nn.Conv2d(4, 4, 3, stride=3)), "layer 2: .*stride 3"),
        (after_conv(nn.ReLU(), nn.Conv2d(4, 4, 3, padding_mode="reflect", padding=1)), "layer 2: .*padding of mode"),
        (after_conv(nn.ReLU(), nn.Conv2d(4, 4, 2, padding="same")), "layer 2: .*different padding on both sides"),
        (after_conv(nn.MaxPool2d(3)), r"layer 1: .*the pool max \(3, 3\)"),
        (after_conv(nn.MaxPool2d(2, ceil_mode=True)), "layer 1: .*ceil_mode"),
        (after_conv(nn.AvgPool2d(2), nn.ReLU()), "layer 1: .*average_pool: an average of membrane potentials"),
        (
            after_conv(nn.ReLU(), nn.AdaptiveAvgPool2d(2)),
            "layer 2: .*an adaptive average pool from .7, 7. to .2, 2.: its windows overlap",
        ),
        (after_conv(nn.ReLU(), nn.BatchNorm2d(4)), "layer 2: .*a batch norm that does not directly follow"),
        (
            after_conv(nn.BatchNorm2d(4, affine=False)),
            "layer 1: .*batch norm without weight, bias or running statistics",
        ),
        (after_conv(nn.LeakyReLU()), "layer 1: .*leaky_relu"),
        (after_conv(nn.Softmax(1)), "layer 1: .*a softmax over axis 1 of"),
        (after_conv(nn.ReLU(), nn.Flatten(), nn.LSTM(4, 2)), "layer 3: .*recurrent: every neuron fires at most once"),
        (after_conv(nn.ReLU(), nn.MultiheadAttention(4, 2)), "layer 2: .*attention|cannot be traced"),
        (
            nn.Sequential(nn.Conv2d(3, 4, 3), nn.Conv2d(4, 2, 1)),
            "layer 0: expected a ReLU or clipped ReLU before the next",
        ),
    ],
)
def test_what_the_processor_has_no_form_for_is_refused_with_name_and_reason(module, message):
    with pytest.raises(ArchitectureError, match=message):
        pytorch.describe(module, (3, 9, 9))


def chain_of(*steps):
    """A convolution with clipped ReLU on a map of 4 x 4, then steps, then a linear layer."""
    module = nn.Sequential(nn.Conv2d(2, 4, 3), nn.Hardtanh(0, 1), *steps, nn.Flatten(), nn.LazyLinear(3))
    module(torch.zeros(1, 2, 6, 6))
    return module


class Step(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


def compiled_inside():
    module = nn.Sequential(nn.Conv2d(2, 4, 3), nn.Hardtanh(0, 1), nn.Flatten(), nn.Linear(64, 3))
    module[0] = torch.compile(module[0])
    return module


def pruned():
    module = nn.Sequential(nn.Conv2d(2, 4, 3), nn.Hardtanh(0, 1), nn.Flatten(), nn.Linear(64, 3))
    prune.random_unstructured(module[0], "weight", 0.4)
    return module


def shared_weights():
    convolution = nn.Conv2d(2, 2, 3, padding=1)
    return nn.Sequential(convolution, nn.Hardtanh(0, 1), convolution, nn.Hardtanh(0, 1), nn.Flatten(), nn.Linear(72, 3))


EXACT = {
    "adaptive pool to 1": lambda: chain_of(Step(lambda x: functional.adaptive_avg_pool2d(x, 1))),
    "mean of the axes": lambda: chain_of(Step(lambda x: x.mean((2, 3)))),
    "mean of the last axes": lambda: chain_of(Step(lambda x: x.mean((-1, -2), keepdim=True))),
    "average pool of the whole map": lambda: chain_of(nn.AvgPool2d(4)),
    "adaptive pool that changes nothing": lambda: chain_of(nn.AdaptiveAvgPool2d(4)),
    "adaptive pool to a half": lambda: chain_of(nn.AdaptiveAvgPool2d((2, 2))),
    "pool with ceil_mode that cuts nothing": lambda: chain_of(nn.MaxPool2d(2, ceil_mode=True)),
    "pool of 1": lambda: chain_of(nn.MaxPool2d(1)),
    "softmax": lambda: nn.Sequential(chain_of(nn.MaxPool2d(2)), nn.Softmax(1)),
    "log-softmax": lambda: nn.Sequential(chain_of(nn.MaxPool2d(2)), Step(lambda x: functional.log_softmax(x, -1))),
    "clamp in place": lambda: chain_of(Step(lambda x: x.clamp_(0, 0.75))),
    "hardtanh in place": lambda: chain_of(Step(lambda x: functional.hardtanh_(x, 0.0, 0.5))),
    "relu, then clamp": lambda: chain_of(Step(lambda x: functional.relu(x).clamp(max=0.5))),
    "slice of everything": lambda: chain_of(Step(lambda x: x[:, :, ::1, :9])),
    "compiled": lambda: torch.compile(chain_of()),
    "compiled in part": compiled_inside,
    "parallel": lambda: nn.DataParallel(chain_of()),
    "compiled and parallel": lambda: torch.compile(nn.DataParallel(chain_of())),
    "pruned": pruned,
    "weight norm": lambda: nn.Sequential(
        parametrizations.weight_norm(nn.Conv2d(2, 4, 3)), nn.Hardtanh(0, 1), nn.Flatten(), nn.Linear(64, 3)
    ),
    "a layer twice": shared_weights,
    "bfloat16": lambda: nn.Sequential(nn.Conv2d(2, 4, 3), nn.Hardtanh(0, 1), nn.Flatten(), nn.Linear(64, 3)).bfloat16(),
    "normalisation": lambda: nn.Sequential(
        Step(lambda x: (x - torch.tensor([0.5, 0.25])[:, None, None]) / torch.tensor([0.5, 2]).view(1, 2, 1, 1)),
        chain_of(),
    ),
    "normalisation by numbers": lambda: nn.Sequential(Step(lambda x: 1 - (x * 2 - 0.5) / 0.3 + 1), chain_of()),
    "normalisation in place": lambda: nn.Sequential(Step(lambda x: x.sub_(0.25).div_(0.5)), chain_of()),
    "batch norm of the input": lambda: nn.Sequential(nn.BatchNorm2d(2), chain_of()),
}


@pytest.mark.parametrize("name", EXACT)
def test_what_is_exact_is_accepted(name):
    torch.manual_seed(5)
    module = EXACT[name]().eval()
    shape = (2, 6, 6)
    randomise(module)
    checkpoint, architecture = pytorch.describe(module, shape)
    pixels = np.random.default_rng(1).integers(0, 256, (6, *shape), dtype=np.uint8)
    with torch.no_grad(), torch.compiler.set_stance("force_eager"):
        expected = module.double()(torch.from_numpy(pixels / 256)).numpy()
    *_, found = maps_of_layers(trained_layers(checkpoint, architecture), pixels / 256)
    found = found[:, :, 0, 0]
    if "softmax" in name:
        assert np.array_equal(found.argmax(1), expected.argmax(1))
        found, expected = found - found[:, :1], expected if name == "log-softmax" else np.log(expected)
        expected = expected - expected[:, :1]
    assert np.allclose(found, expected, rtol=0, atol=1e-6)
    assert np.ptp(expected, axis=0).max() > 0.01  # it depends on the image


def test_a_normalisation_stands_in_the_description():
    module = nn.Sequential(Step(lambda x: (x - 0.5) / 0.25), chain_of())
    _, architecture = pytorch.describe(module, (2, 6, 6))
    assert architecture.input_mean == (0.5, 0.5) and architecture.input_std == (0.25, 0.25)


@pytest.mark.parametrize(
    "step, message",
    [
        (Step(lambda x: x - torch.arange(6) / 8), "a normalisation that differs by the position in the image"),
        (Step(lambda x: x * 0), "a normalisation that divides by 0, or multiplies by 0"),
        (Step(lambda x: 1 / (x + 1)), "reciprocal|a division by an activation"),
        (Step(lambda x: (x - x.mean()) / 2), "residual_add"),
    ],
)
def test_a_normalisation_that_is_no_number_per_channel_is_refused(step, message):
    module = nn.Sequential(step, chain_of())
    with pytest.raises(ArchitectureError, match=message):
        pytorch.describe(module, (2, 6, 6))


def test_a_module_that_normalises_itself_is_not_normalised_otherwise():
    """Its own mean and std were replaced by those of the argument, without a word."""
    module = nn.Sequential(Step(lambda x: (x - 0.5) / 0.25), chain_of())
    with pytest.raises(
        ArchitectureError, match="Sequential normalises its images itself, by the mean .0.5, 0.5.* and the"
    ):
        export(module, "tiny", input_shape=(2, 6, 6), normalisation=((0.5, 0.5), (0.25, 0.25)))


def test_a_normalisation_before_padding_is_refused_with_its_reason():
    module = nn.Sequential(Step(lambda x: (x - 0.5) / 0.25), nn.Conv2d(2, 3, 3, padding=1))
    with pytest.raises(
        ArchitectureError, match="layer 1.0: .* padded pixel is 0 after the normalisation.* without padding"
    ):
        pytorch.describe(nn.Sequential(module[0], nn.Sequential(module[1])), (2, 6, 6))
    _, architecture = pytorch.describe(
        nn.Sequential(Step(lambda x: x / 0.25), module[1], nn.Hardtanh(0, 1), nn.Flatten(), nn.Linear(108, 2)),
        (2, 6, 6),
    )
    assert architecture.input_mean == (0, 0)
