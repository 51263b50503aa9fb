"""Random PyTorch modules: the exporter refuses them, or makes a network that computes the module's own numbers.

Weights are 0 or +-2^-k and biases multiples of 2^-10, so that rounding to the formats is exact: with the fire rule in
place of the activations, the module in float64 and the exported network are equal, or the exporter is wrong.
"""

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils import parametrizations, prune

from firstspike import golden
from firstspike.golden import formats
from firstspike.golden.codes.ttfs import FIRE_THRESHOLD_BITS, FIRE_THRESHOLDS
from firstspike.golden.config import PRESETS
from firstspike.quant.export import ERRORS, export

CONFIG = PRESETS["paper"]
IMAGES = 3
TRIES = 20
"""Random steps that are tried in one place until the module runs."""

EQUAL, REFUSED, REFUSED_BY_RUNNING, ROUNDED = "equal", "refused", "refused by running the module", "not exact"
BY_RUNNING = "should compute what the module computes"


def check(seed):
    """Export the random module of a seed.

    Returns
    -------
    dict
        `kind`; `outcome`: "equal", "refused" (by its graph), "refused by running the module", "not exact" (a weight
        norm, or an average over another number than a power of 2, makes weights that are rounded); `problem`: text or None.
    """
    module, input_shape, kind = from_seed(seed)
    rng = np.random.default_rng([seed, 6])
    images = rng.integers(0, 256, (IMAGES, *input_shape), dtype=np.uint8)
    try:
        exported = export(module, CONFIG, input_shape=input_shape)
    except ERRORS as error:
        return {
            "kind": kind,
            "outcome": REFUSED_BY_RUNNING if BY_RUNNING in str(error) else REFUSED,
            "problem": None if str(error).strip() else "the error has no message",
        }
    except Exception as error:  # whatever it is, it is the finding
        return {"kind": kind, "outcome": "failed", "problem": f"{type(error).__name__}: {error}"}
    if any(layer["relative_error"] for layer in exported.origin["quantisation"]):
        return {"kind": kind, "outcome": ROUNDED, "problem": None}
    offsets = exported.network.layers[-1].offsets
    unit = 2.0 ** (offsets / formats.TICKS_PER_OCTAVE - exported.network.fraction_bits)
    found = golden.run(exported, images).potentials * unit
    expected = with_fire_rule(module, images).reshape(IMAGES, -1)
    if found.shape == expected.shape and (found == expected).all():
        return {"kind": kind, "outcome": EQUAL, "problem": None}
    difference = np.abs(found - expected).max() if found.shape == expected.shape else f"{found.shape} {expected.shape}"
    return {"kind": kind, "outcome": "different", "problem": f"the network and its module differ by {difference}"}


def from_seed(seed):
    """(module, input_shape, kind): a chain of layers in which something random may be out of place."""
    rng = np.random.default_rng([seed, 5])
    torch.manual_seed(seed)
    kind = list(KINDS)[seed % len(KINDS)]
    # Sides of which averages are powers of 2, and others.
    input_shape = (int(rng.integers(1, 4)), *(int(side) for side in rng.choice([6, 8, 8, 9], 2)))
    module = Chain(_plain_steps(rng, input_shape, kind)).eval()
    KINDS[kind](module, rng, input_shape)
    return module, input_shape, kind


def with_fire_rule(module, images):
    """float64 array: what the module yields for uint8 images if its activations fire as docs/formats.md says.

    The module stays changed.
    """
    module.double()
    for part in module.modules():
        if isinstance(part, Activation):
            part.fires = True
    module.last = nn.Identity()  # a softmax, of which the exporter keeps the logits
    with torch.no_grad():
        return module(torch.from_numpy(images / 256)).numpy()


class Chain(nn.Module):
    """Functions one after the other."""

    def __init__(self, steps):
        super().__init__()
        self.steps = nn.ModuleList(steps)
        self.last = nn.Identity()

    def forward(self, x):
        for step in self.steps:
            x = step(x)
        return self.last(x)


class Call(nn.Module):
    """A function with parts of its own."""

    def __init__(self, function, *parts):
        super().__init__()
        self.function, self.parts = function, nn.ModuleList(parts)

    def forward(self, x):
        return self.function(x, *self.parts)


class Activation(nn.Module):
    """A ReLU clipped at `end` in one of the forms that people write."""

    def __init__(self, form, end):
        super().__init__()
        self.form, self.end, self.fires = form, end, False

    def forward(self, x):
        return self.end * fire(x / self.end) if self.fires else FORMS[self.form](x, self.end)


FORMS = (
    lambda x, end: functional.hardtanh(x, 0, end),
    lambda x, end: functional.hardtanh_(x, 0.0, end),
    lambda x, end: torch.clamp(x, 0, end),
    lambda x, end: x.clamp_(0, end),
    lambda x, end: functional.relu(x).clamp(max=end),
    lambda x, end: torch.relu_(x).clamp_max(end),
    lambda x, end: nn.Hardtanh(0, end)(x),
    lambda x, end: functional.relu(functional.hardtanh(x, 0, end)),
)


def fire(x):
    """What spikes of potentials (float64, exact) mean: the fire rule, with the table of the products."""
    values = x.numpy()
    mantissa, exponent = np.frexp(np.where(values > 0, values, 1.0))
    scaled = mantissa * 2 * (1 << FIRE_THRESHOLD_BITS)
    crossed = sum((scaled >= threshold).astype(np.int64) for threshold in FIRE_THRESHOLDS)
    times = np.maximum(0, -formats.TICKS_PER_OCTAVE * (exponent - 1) - crossed)
    table = np.array(formats.PRODUCT_TABLE) / formats.PRODUCT_TABLE[0]
    meant = table[times % formats.TICKS_PER_OCTAVE] * 0.5 ** (times // formats.TICKS_PER_OCTAVE)
    return torch.from_numpy(np.where((values > 0) & (times < CONFIG.time_steps), meant, 0.0))


def _plain_steps(rng, shape, kind):
    """A chain that the processor has a form for; of the kind "normalisations" half of them begin without padding."""
    steps, (channels, height, width) = [], shape
    for number in range(int(rng.integers(1, 4))):
        size = int(rng.integers(1, 4))
        padding = 0 if kind == "normalisations" and number == 0 and rng.random() < 0.7 else int(rng.integers(size))
        stride = 2 if rng.random() < 0.15 else 1
        sides = [(side + 2 * padding - size) // stride + 1 for side in (height, width)]
        if min(sides) < 2:
            break
        out_channels = int(rng.integers(1, 7))
        steps.append(_exact(nn.Conv2d(channels, out_channels, size, stride, padding, bias=rng.random() < 0.7), rng))
        channels, (height, width) = out_channels, sides
        if rng.random() < 0.3:
            steps.append(_batch_norm(nn.BatchNorm2d(channels, eps=2.0**-10), rng))
        steps.append(_activation(rng))
        if rng.random() < 0.4:
            steps.insert(len(steps) - int(rng.integers(2)), nn.MaxPool2d(2))
            height, width = height // 2, width // 2
        elif rng.random() < 0.3 and height % 2 == width % 2 == 0:
            steps.append(nn.AvgPool2d(2))
            height, width = height // 2, width // 2
    if steps and rng.random() < 0.3 and height in (1, 2, 4) and width in (1, 2, 4) and not _is_pool(steps[-1]):
        steps.append(Call(GLOBAL_POOLS[rng.integers(len(GLOBAL_POOLS))]))
        height, width = 1, 1
    steps.append(Call(FLATTEN[rng.integers(len(FLATTEN))]))
    inputs = channels * height * width
    if rng.random() < 0.4:
        steps += [_exact(nn.Linear(inputs, 5), rng), _activation(rng)]
        inputs = 5
    if rng.random() < 0.2:
        steps.append(nn.Dropout())
    return [*steps, _exact(nn.Linear(inputs, 4), rng)]


def _is_pool(step):
    return isinstance(step, (nn.MaxPool2d, nn.AvgPool2d))


GLOBAL_POOLS = (
    lambda x: functional.adaptive_avg_pool2d(x, 1),
    lambda x: x.mean((2, 3)),
    lambda x: x.mean((-1, -2), keepdim=True),
    lambda x: functional.avg_pool2d(x, x.shape[2:]),
    lambda x: x.flatten(2).mean(-1),
)
FLATTEN = (
    lambda x: torch.flatten(x, 1),
    lambda x: x.view(x.size(0), -1),
    lambda x: x.reshape(x.shape[0], -1),
    lambda x: x.flatten(2).flatten(1),
)


def _activation(rng):
    return Activation(int(rng.integers(len(FORMS))), float(rng.choice([1, 1, 1, 0.5, 2])))


def _exact(layer, rng):
    """The layer with weights that the formats hold."""
    sign = rng.choice([-1, 0, 1, 1], layer.weight.shape)
    weights = sign * 0.5 ** rng.integers(1, 4, layer.weight.shape)
    layer.weight.data = torch.from_numpy(weights).float()
    if layer.bias is not None:
        layer.bias.data = torch.from_numpy(rng.integers(-512, 512, layer.bias.shape) / 1024).float()
    return layer


def _batch_norm(norm, rng):
    channels = norm.num_features
    norm.weight.data = torch.from_numpy(rng.choice([-1, 0.5, 1, 2], channels)).float()
    norm.bias.data = torch.from_numpy(rng.integers(-64, 64, channels) / 256).float()
    norm.running_mean.data = torch.from_numpy(rng.integers(-64, 64, channels) / 256).float()
    norm.running_var.data = torch.from_numpy(rng.choice([0.25, 1, 4], channels) - norm.eps).float()
    return norm


def _insert(module, rng, input_shape, candidates, place=None):
    """Put one of the candidates somewhere, so that the module still runs."""
    image = torch.zeros(2, *input_shape)
    for _ in range(TRIES):
        step = candidates[rng.integers(len(candidates))]
        step = step(rng) if isinstance(step, Maker) else Call(step)
        at = int(rng.integers(len(module.steps) + 1)) if place is None else place
        module.steps.insert(at, step)
        try:
            with torch.no_grad():
                module(image)
            return
        except Exception:  # it does not fit here
            del module.steps[at]


class Maker:
    """A candidate that chooses its numbers."""

    def __init__(self, make):
        self._make = make

    def __call__(self, rng):
        found = self._make(rng)
        return found if isinstance(found, nn.Module) else Call(found)


def _shuffled(x, groups):
    return x.view(len(x), groups, -1, *x.shape[2:]).transpose(1, 2).reshape(x.shape)


def _permuted_axes(rng):
    axes = (0, *(int(axis) for axis in rng.permutation([1, 2, 3])))
    return lambda x: x.permute(axes)


def _reshaped(rng):
    order = [int(axis) for axis in rng.permutation([1, 2, 3])]
    return lambda x: x.reshape(len(x), *(x.shape[axis] for axis in order))


SHAPE_OPERATIONS = (
    lambda x: x.flatten(1).view(x.shape),
    lambda x: x.unsqueeze(1).squeeze(1),
    lambda x: x.contiguous().clone(),
    lambda x: x.flatten(2).unflatten(2, x.shape[2:]),
    lambda x: x.view(-1).view(x.shape),
    lambda x: x.expand(x.shape),
    lambda x: x.to(torch.float64).to(x.dtype),
    lambda x: x.mT,
    lambda x: x.flip(2),
    lambda x: x.roll(1, -1),
    lambda x: x.rot90(1, (2, 3)),
    lambda x: x.flip(0),
    lambda x: x.transpose(-1, -2).flatten(1).view(x.shape),
    lambda x: _shuffled(x, 2),
    lambda x: functional.pad(x, (1, 0, 0, 1))[:, :, 1:, :-1],
    lambda x: functional.pixel_unshuffle(functional.pixel_shuffle(x, 2), 2),
    lambda x: x.sort(1).values,
    lambda x: torch.cat(x.chunk(2, 1)[::-1], 1),
    lambda x: torch.cat(x.chunk(2, 2), 2),
    Maker(_permuted_axes),
    Maker(_reshaped),
)


def _random_pool(rng):
    kernel, stride = (int(n) for n in rng.integers(1, 4, 2))
    padding = int(rng.integers(2)) if kernel > 1 and rng.random() < 0.3 else 0
    ceil_mode, stride = bool(rng.random() < 0.3), None if rng.random() < 0.5 else stride
    if rng.random() < 0.5:
        dilation = 2 if rng.random() < 0.2 else 1
        return lambda x: functional.max_pool2d(x, kernel, stride, padding, dilation, ceil_mode)
    divisor = int(rng.choice([1, 2, 4])) if rng.random() < 0.3 else None
    counts = bool(rng.integers(2))
    return lambda x: functional.avg_pool2d(x, kernel, stride, padding, ceil_mode, counts, divisor)


def _adaptive_pool(rng):
    size = tuple(int(n) for n in rng.choice([1, 2, 4, 8], 2)) if rng.random() < 0.3 else int(rng.choice([1, 2, 4, 8]))
    pool = (functional.adaptive_avg_pool2d, functional.adaptive_max_pool2d)[rng.integers(2)]
    return lambda x: pool(x, size)


def _reduction(rng):
    dims = tuple(int(axis) for axis in rng.choice([0, 1, 2, 3], int(rng.integers(1, 4)), replace=False))
    reduce = (torch.mean, torch.sum, torch.amax)[rng.integers(3)]
    return lambda x: reduce(x, dims, keepdim=True).expand(x.shape)


POOLS = (
    Maker(_random_pool),
    Maker(_random_pool),
    Maker(_adaptive_pool),
    Maker(_reduction),
    lambda x: functional.max_pool2d(x, 2, return_indices=True)[0],
    lambda x: functional.max_unpool2d(*functional.max_pool2d(x, 2, return_indices=True), 2),
    lambda x: functional.lp_pool2d(x, 2, 2),
)


def _same_size(rng, x_channels):
    return _exact(nn.Conv2d(x_channels, x_channels, 3, padding=1), rng)


def _branch(rng):
    channels = int(rng.integers(1, 7))
    convolution = _same_size(rng, channels)
    join = JOINS[rng.integers(len(JOINS))]
    return Call(lambda x, inner: join(x, inner(x)), convolution)


def _statement(x, y):
    x.mul_(0.5)
    return x


JOINS = (
    lambda x, y: x + y,
    lambda x, y: x.add_(y),
    lambda x, y: torch.cat([x, y], 1)[:, : x.shape[1]],
    lambda x, y: x * y.sigmoid(),
    lambda x, y: torch.maximum(x, y),
    lambda x, y: x + 0 * y,
    lambda x, y: torch.where(y > 0, x, y),
    lambda x, y: torch.stack([x, y])[0],
    lambda x, y: x @ y.mT,
    lambda x, y: x,  # a dead branch
    lambda x, y: y,  # the identity beside a convolution
    lambda x, y: x.clone().copy_(y),
    _statement,
)


SLICES = (
    lambda x: x[:, :-1],
    lambda x: x[:, 1:],
    lambda x: x[:, ::2],
    lambda x: x[:, :],
    lambda x: x[:, : x.shape[1]],
    lambda x: x[..., :],
    lambda x: x[:, :, 1:-1, 1:-1],
    lambda x: x[:, :, ::2, ::2],
    lambda x: x[:, :, : x.shape[2] + 3],
    lambda x: x[:, list(range(x.shape[1]))[::-1]],
    lambda x: x[:, torch.randperm(x.shape[1], generator=torch.Generator().manual_seed(1))],
    lambda x: x[:, 0].unsqueeze(1).expand(x.shape),
    lambda x: x.narrow(1, 0, x.shape[1]),
    lambda x: x.index_select(1, torch.arange(x.shape[1]).flip(0)),
    lambda x: x[torch.arange(len(x)).flip(0)],
    lambda x: x.split(1, 1)[0].expand(x.shape),
    lambda x: x.diagonal(dim1=2, dim2=3).unsqueeze(-1).expand(x.shape),
    lambda x: x.masked_fill(torch.eye(x.shape[-1], dtype=torch.bool), 0),
)


class Normalize(nn.Module):
    """As torchvision's."""

    def __init__(self, mean, std):
        super().__init__()
        self.register_buffer("mean", mean)
        self.std = std

    def forward(self, x):
        return (x - self.mean[:, None, None]) / self.std.to(x.dtype).view(-1, 1, 1)


def _numbers(rng, shape):
    mean = torch.from_numpy(rng.integers(0, 64, shape) / 64).float()
    return mean, torch.from_numpy(rng.choice([0.25, 0.5, 1], shape)).float()


def _normalisation(rng):
    channels = int(rng.integers(1, 4))
    mean, std = _numbers(rng, channels)
    number, half = float(rng.integers(1, 8)) / 8, float(rng.choice([0.5, 0.25]))
    return (
        Normalize(mean, std),
        Normalize(mean, std),
        Call(lambda x: (x - number) / half),
        Call(lambda x: x * 2 - 1),
        Call(lambda x: 1 - x),
        Call(lambda x: x.sub(number, alpha=2).mul(half)),
        Call(lambda x: x.sub_(number).div_(half)),
        Call(lambda x: x / half),
        Call(lambda x: (x - x.mean()) / half),
        Call(lambda x: x - x.mean((2, 3), keepdim=True)),
        Call(lambda x: x - torch.arange(x.shape[3]) / 16),
        Call(lambda x: half / (x + 1)),
        _batch_norm(nn.BatchNorm2d(channels, eps=2.0**-10), rng),
        nn.InstanceNorm2d(channels),
    )[rng.integers(14)]


def _normalised(module, rng, shape):
    _insert(module, rng, shape, (Maker(_normalisation),), place=0 if rng.random() < 0.8 else None)


def _hooked(module, rng, shape):
    """A hook, weights that are computed, a softmax, one layer twice."""
    layers = [part for part in module.steps if isinstance(part, (nn.Conv2d, nn.Linear))]
    layer = layers[rng.integers(len(layers))]
    change = rng.integers(7)
    if change == 0:
        layer.register_forward_hook(lambda part, inputs, output: output * 2)
    elif change == 1:
        layer.register_forward_pre_hook(lambda part, inputs: (inputs[0].flip(1),))
    elif change == 2:
        layer.register_forward_hook(lambda part, inputs, output: None)
    elif change == 3:
        prune.random_unstructured(layer, "weight", 0.3)
    elif change == 4:
        parametrizations.weight_norm(layer)
    elif change == 5:
        module.last = nn.Softmax(1) if rng.integers(2) else nn.LogSoftmax(-1)
    else:
        layer.again = layer.weight
        module.other = layer


KINDS = {
    "plain chains": lambda module, rng, shape: None,
    "shape operations": lambda module, rng, shape: _insert(module, rng, shape, SHAPE_OPERATIONS),
    "pools": lambda module, rng, shape: _insert(module, rng, shape, POOLS),
    "branches": lambda module, rng, shape: _insert(module, rng, shape, (Maker(_branch),)),
    "slices": lambda module, rng, shape: _insert(module, rng, shape, SLICES),
    "normalisations": _normalised,
    "hooks and names": _hooked,
}
"""What is out of place -> function that puts it into a module."""
