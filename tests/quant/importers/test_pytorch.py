import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from firstspike.quant.calibration.convolution import convolve
from firstspike.quant.importers import pytorch
from firstspike.quant.importers.architecture import ArchitectureError
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
        (Calls(torch.sigmoid), "layer sigmoid: the processor has no form for sigmoid: it knows chains of convolutions"),
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
