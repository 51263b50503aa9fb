"""Modules whose data flow is no chain, or that hide what they do: each is refused, by what it is."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from firstspike.quant.importers import pytorch
from firstspike.quant.importers.architecture import ArchitectureError

SHAPE = (3, 9, 9)


class Net(nn.Module):
    """Two convolutions of 3 x 3, a linear layer, and a function of them and the image."""

    def __init__(self, function):
        super().__init__()
        torch.manual_seed(3)
        self.c, self.d = nn.Conv2d(3, 3, 3, padding=1), nn.Conv2d(3, 3, 3, padding=1)
        self.fc = nn.Linear(3 * 9 * 9, 4)
        self.function = function

    def forward(self, x):
        return self.function(self, x)


def relu(x):
    return torch.relu(x)


def head(net, x):
    return net.fc(relu(x).flatten(1))


def in_place(net, x):
    """The result of a statement, not of an expression."""
    y = net.c(x)
    functional.relu_(y)
    y.clamp_(max=1)
    return net.fc(y.flatten(1))


def recurrent(net, x):
    state = net.c(x)
    for _ in range(2):
        state = relu(net.d(state) + net.c(x))
    return head(net, state)


PERMUTATION = torch.tensor([2, 1, 0])

REFUSED = {
    "channels in another order": (lambda net, x: head(net, net.c(x[:, [2, 1, 0]])), "layer index: .*a part of a map"),
    "channels permuted": (lambda net, x: head(net, net.c(x[:, PERMUTATION])), "layer index: .*a part of a map"),
    "transposed map": (lambda net, x: head(net, net.c(x).mT), "another order of the values"),
    "permuted axes": (lambda net, x: head(net, net.c(x.permute(0, 1, 3, 2))), "another order of the values"),
    "flipped": (lambda net, x: head(net, net.c(x.flip(3))), "layer flip: .*another order of the values"),
    "cropped": (
        lambda net, x: net.d(relu(net.c(x)))[:, :, 4:5, 4:5].flatten(1),
        r"layer slice_\d: .*slice from \(2, 3, 9, 9\) to \(2, 3, 1, 9\)",
    ),
    "every second": (lambda net, x: head(net, net.c(x)[:, :, ::2, ::2]), "does not run on images of 3 x 9 x 9"),
    "every second row": (lambda net, x: net.d(relu(net.c(x[:, :, ::2]))).mean((2, 3)), "slice from"),
    "some logits": (lambda net, x: head(net, net.c(x))[:, :2], r"slice from \(2, 4\) to \(2, 2\)"),
    "one channel": (lambda net, x: relu(net.c(x))[:, 0].flatten(1), "layer select: .*a part of a map"),
    "view between convolutions": (
        lambda net, x: head(net, net.d(relu(net.c(x)).view(-1, 3, 27, 3)).view(-1, 3, 9, 9)),
        r"layer d: .*a convolution on a map of \(3, 9, 9\) that was given the shape \(3, 27, 3\)",
    ),
    "batch in the map": (lambda net, x: net.d(relu(net.c(x)).view(1, 6, 9, 9)[:, :3]), "from .2, 3, 9, 9. to .1, 6"),
    "reshape that mixes": (lambda net, x: head(net, net.c(x).view(2, 9, 9, 3).permute(0, 3, 1, 2)), "another order"),
    "linear over the last axis": (
        lambda net, x: functional.linear(relu(net.c(x)), torch.ones(2, 9)),
        r"a linear layer over the last axis of \(3, 9, 9\); flatten the map",
    ),
    "dilated pool": (lambda net, x: functional.max_pool2d(relu(net.c(x)), 2, dilation=2), "a max pool of dilation"),
    "divisor": (
        lambda net, x: functional.avg_pool2d(relu(net.c(x)), 2, divisor_override=1),
        "an average pool that divides by 1",
    ),
    "ceil mode": (lambda net, x: functional.max_pool2d(relu(net.c(x)), 2, ceil_mode=True), "a pool with ceil_mode"),
    "padded pool": (lambda net, x: functional.max_pool2d(relu(net.c(x)), 2, padding=1), r"padding \(1, 1\)"),
    "overlapping pool": (lambda net, x: functional.avg_pool2d(relu(net.c(x)), 2, 1), r"with stride \(1, 1\)"),
    "pool to 4 x 4": (lambda net, x: functional.adaptive_avg_pool2d(relu(net.c(x)), 4), "its windows overlap"),
    "mean over one axis": (lambda net, x: relu(net.c(x)).mean(3), r"a mean over the axes \[3\]"),
    "mean over the batch": (lambda net, x: head(net, x - x.mean(0)), "layer sub: .*residual_add"),
    "mean over the channels": (lambda net, x: relu(net.c(x)).mean(1), r"a mean over the axes \[1\]"),
    "dense fork": (lambda net, x: head(net, torch.cat([relu(net.c(x)), x], 1)[:, :3]), "layer cat: .*concatenate"),
    "gate": (lambda net, x: head(net, net.c(x) * net.d(x).sigmoid()), "layer mul: .*gate: two activations are"),
    "own square": (lambda net, x: head(net, net.c(x) * net.c(x)), "layer mul: .*gate: two activations are"),
    "squared": (lambda net, x: head(net, net.c(x) ** 2), "layer pow_1: .*pow"),
    "twice": (lambda net, x: (lambda y: head(net, y + y))(net.c(x)), "layer add: .*residual_add"),
    "attention": (lambda net, x: (lambda y: head(net, y @ y))(net.c(x)), "attention: it multiplies activations"),
    "maximum of two": (lambda net, x: head(net, torch.maximum(net.c(x), net.d(x))), "maximum of two inputs"),
    "loop": (recurrent, "recurrent: every neuron fires at most once; train a network without loops"),
    "layer on two inputs": (lambda net, x: head(net, relu(net.c(x)) + relu(net.c(x * 2))), "layer add: .*residual_add"),
    "selection": (lambda net, x: head(net, torch.where(net.c(x) > 0, net.c(x), 0.0)), "layer where: .*where of two"),
    "limits that are tensors": (
        lambda net, x: head(net, net.c(x).clamp(torch.tensor(0.0), torch.tensor(1.0))),
        "layer clamp: .*a clamp with limits that are tensors; give numbers",
    ),
    "tuple of one": (lambda net, x: (head(net, net.c(x)),), "expected one tensor of logits, got a tuple; .*only that"),
    "two heads": (lambda net, x: (head(net, net.c(x)), head(net, net.d(x))), r"got 2 results \(several heads\)"),
    "dictionary": (lambda net, x: {"logits": head(net, net.c(x))}, "expected one tensor of logits, got a dict"),
    "constant": (lambda net, x: net.fc(torch.ones(2, 243)), "its result does not depend on the image"),
    "random": (lambda net, x: head(net, net.c(x + torch.rand(3, 1, 1))), "the random numbers of rand"),
    "dropout that stays": (
        lambda net, x: net.fc(functional.dropout(relu(net.c(x)).flatten(1))),
        "dropout that drops also after eval",
    ),
    "batch statistics": (
        lambda net, x: head(net, functional.batch_norm(net.c(x), None, None, training=True)),
        "batch norm without weight, bias or running statistics, or in training mode",
    ),
    "two activations of one input": (lambda net, x: head(net, net.c(x).abs()), "layer abs_1: .*abs"),
    "half precision": (lambda net, x: head(net, net.c(x).half().to(x.dtype)), "numbers of the type torch.float16"),
    "condition": (
        lambda net, x: head(net, net.c(x)) if x.sum() > 0 else -x,
        "depends on its inputs and cannot be traced",
    ),
    "scaled logits": (
        lambda net, x: head(net, net.c(x)) * 2,
        "arithmetic after the first layer; put it into the weights",
    ),
    "softmax over the batch": (lambda net, x: head(net, net.c(x)).softmax(0), "a softmax over axis 0"),
    "after the softmax": (lambda net, x: head(net, net.c(x)).softmax(1).relu(), "relu after the softmax"),
    "padding before": (lambda net, x: net.c(functional.pad(x, (1, 0, 1, 0))), "padding as a layer of its own"),
    "weights of the image": (lambda net, x: functional.conv2d(x, x[:1]), "layer conv2d: .*conv2d of two inputs"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_chain_of_layers_is_refused_by_what_it_is(name):
    function, message = REFUSED[name]
    with pytest.raises(ArchitectureError, match=message):
        pytorch.describe(Net(function), SHAPE)


@pytest.mark.parametrize(
    "function",
    [
        lambda net, x: (net.c(x), head(net, net.d(x)))[1],  # a dead branch
        in_place,
        lambda net, x: net.fc(functional.dropout(relu(net.d(x)), training=net.training)[:, :, :].reshape(-1, 243)),
        lambda net, x: head(net, net.d(x.float().contiguous().clone())) if x.shape[1] == 3 else x,
    ],
)
def test_dead_branches_and_statements_change_nothing(function):
    _, architecture = pytorch.describe(Net(function).train(), SHAPE)
    assert [layer.kind for layer in architecture.layers] == ["convolution", "linear"]


class TwoInputs(nn.Module):
    def forward(self, image, mask):
        return image * mask


class ChangesItself(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(243, 4)
        self.register_buffer("seen", torch.zeros(1))

    def forward(self, x):
        self.seen += 1
        return self.fc(x.flatten(1)) * self.seen


@pytest.mark.parametrize(
    "module, message",
    [
        (TwoInputs(), r"expected one input, the image, got 2 \(image, mask\)"),
        (ChangesItself(), "its forward changes its tensor 'seen' in place"),
        (
            nn.Sequential(nn.Conv2d(1, 2, 3)),
            "does not run on images of 3 x 9 x 9 .channels, height, width.: .*1 channels",
        ),
        (
            nn.Sequential(nn.LazyConv2d(2, 3)),
            "the tensor '0.weight' has no shape yet: call the module once on an image",
        ),
        (nn.Conv2d(3, 2, 3, device="meta"), "the tensor 'weight' is on the device 'meta' and has no values"),
        (nn.Sequential(nn.Flatten(), nn.LSTM(243, 2)), "layer 1: .*recurrent: every neuron fires at most once"),
        (torch.jit.script(nn.Conv2d(3, 2, 3)), "a TorchScript module cannot be traced; give the module it was made of"),
    ],
)
def test_modules_without_a_graph_of_values_are_refused(module, message):
    with pytest.raises(ArchitectureError, match=message):
        pytorch.describe(module, SHAPE)


def test_a_quantised_module_is_refused():
    module = torch.ao.quantization.quantize_dynamic(nn.Sequential(nn.Flatten(), nn.Linear(243, 4)))
    with pytest.raises(ArchitectureError, match="layer 1 is quantised: export the network in float, before that"):
        pytorch.describe(module, SHAPE)


def test_what_is_no_module_is_refused():
    net = Net(lambda net, x: head(net, net.c(x)))
    for other in (net.state_dict(), torch.export.export(net.eval(), (torch.zeros(2, *SHAPE),)), None, Net):
        with pytest.raises(ArchitectureError, match=f"expected a torch.nn.Module, got {type(other).__name__}"):
            pytorch.describe(other, SHAPE)


def test_a_sparse_weight_is_refused():
    module = nn.Sequential(nn.Flatten(), nn.Linear(243, 4))
    module[1].weight = nn.Parameter(module[1].weight.detach().to_sparse())
    with pytest.raises(ArchitectureError, match="the tensor '1.weight' is sparse .* replace it by its to_dense"):
        pytorch.describe(module, SHAPE)


def test_a_pool_by_any_name_is_a_pool():
    net = Net(lambda net, x: net.fc(net.size(relu(net.c(x))).flatten(1)))
    net.size, net.fc = nn.MaxPool2d(2), nn.Linear(3 * 4 * 4, 4)
    _, architecture = pytorch.describe(net, SHAPE)
    assert architecture.layers[0].pool == "max_2x2"


@pytest.mark.parametrize(
    "hook, message",
    [
        (lambda module, inputs, output: output * 2, "arithmetic after the first layer"),
        (lambda module, inputs, output: output.flip(1), "another order of the values"),
    ],
)
def test_forward_hooks_are_operations_like_others(hook, message):
    net = Net(lambda net, x: head(net, net.c(x)))
    net.c.register_forward_hook(hook)
    with pytest.raises(ArchitectureError, match=message):
        pytorch.describe(net, SHAPE)


def test_the_module_itself_is_left_as_it_was():
    net = Net(lambda net, x: head(net, net.c(x))).train()
    before = {name: tensor.clone() for name, tensor in net.state_dict().items()}
    pytorch.describe(net, SHAPE)
    assert net.training and all(torch.equal(before[name], tensor) for name, tensor in net.state_dict().items())
    assert all(tensor.dtype == torch.float32 for tensor in net.state_dict().values())
