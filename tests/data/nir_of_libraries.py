"""Made the NIR graphs of this folder, and what the libraries that wrote them simulate: needs sinabs 3.1.3, spikingjelly 2.0.0, nirtorch 2.6.

A small network for the handwritten digits, trained here with activations clipped at 1, becomes a spiking network of each library. Its own
exporter writes the graph; its own simulation yields, for a constant input pixel / 256, the spikes of the first layer and the classes.
The weights are multiplied by what a spike takes away from a potential, so that all graphs mean the same network. Sinabs leaves out the
map sizes that NIR's writer asks for; they are filled in.

python tests/data/nir_of_libraries.py
"""

from pathlib import Path

import nir
import numpy as np
import sinabs.activation
import sinabs.layers
import sinabs.nir
import torch
from spikingjelly.activation_based import functional, neuron
from spikingjelly.activation_based.nir_exchange import export_to_nir
from torch import nn

from firstspike.golden.datasets import digits
from firstspike.quant.training.data import training_data

HERE = Path(__file__).parent
STEPS = 64
RECORDED = 20
"""Images of which the spikes of the first layer are kept."""


def trained(data):
    torch.manual_seed(1)
    module = nn.Sequential(
        nn.Conv2d(1, 8, 3, stride=2, padding=1),
        nn.Hardtanh(0, 1),
        nn.Conv2d(8, 16, 3, stride=2, padding=1),
        nn.Hardtanh(0, 1),
        nn.Flatten(),
        nn.Linear(64, 10),
    )
    pixels, labels = torch.tensor(data.pixels) / 256, torch.tensor(data.labels)
    optimiser = torch.optim.Adam(module.parameters(), 3e-3)
    for _ in range(60):
        for batch in torch.randperm(len(labels)).split(32):
            optimiser.zero_grad()
            nn.functional.cross_entropy(module(pixels[batch]), labels[batch]).backward()
            optimiser.step()
    return module.eval()


def spiking(module, spikes, taken):
    """The module with `spikes()` in place of its activations; a spike takes `taken` from the potential."""
    layers = [spikes() if isinstance(layer, nn.Hardtanh) else layer for layer in module]
    made = nn.Sequential(*layers)
    for index in (0, 2):
        made[index] = nn.utils.skip_init(nn.Conv2d, *module[index].weight.shape[1::-1], 3, stride=2, padding=1)
        made[index].weight.data = module[index].weight.data * taken
        made[index].bias.data = module[index].bias.data * taken
    return made


def simulate(network, step, pixels):
    """Spikes of the first layer in all steps, and the classes of the summed output."""
    first, potentials = [], 0
    network[1].register_forward_hook(lambda _, __, output: first.append(output.detach().clone()))
    with torch.no_grad():
        for _ in range(STEPS):
            potentials = potentials + step(network, pixels)
    return torch.stack(first).sum(0).numpy().astype(np.uint8), potentials.argmax(1).numpy().astype(np.uint8)


def with_sizes(graph):
    for node in graph.nodes.values():
        if isinstance(node, nir.Conv2d):
            node.weight, node.bias = np.asarray(node.weight), np.asarray(node.bias)
            node.input_shape = (8, 8) if node.weight.shape[1] == 1 else (4, 4)
        elif isinstance(node, nir.Affine):
            node.weight, node.bias = np.asarray(node.weight), np.asarray(node.bias)
        elif isinstance(node, nir.IF):
            node.r, node.v_threshold = np.asarray(node.r), np.asarray(node.v_threshold)
            node.v_reset = np.asarray(node.v_reset)
        elif isinstance(node, nir.Flatten):
            node.input_type = {"input": np.array([16, 2, 2])}
    return graph


def main():
    data = training_data(digits.DATA_SET)
    module = trained(data)
    pixels = torch.tensor(data.test_pixels) / 256
    recorded = {"labels": data.test_labels}

    def keep(name, graph, simulated):
        nir.write(HERE / f"{name}.nir", graph)
        spikes, classes = simulated
        recorded[f"{name}_spikes"], recorded[f"{name}_classes"] = spikes[:RECORDED], classes
        print(name, (classes == data.test_labels).mean())

    def of_spikingjelly(name, threshold, reset):
        network = spiking(module, lambda: neuron.IFNode(v_threshold=threshold, v_reset=reset), threshold - reset)
        functional.reset_net(network)
        graph = export_to_nir(network, pixels[:1])
        functional.reset_net(network)
        keep(name, graph, simulate(network, lambda net, x: net(x), pixels))

    of_spikingjelly("spikingjelly_if", 1.0, 0.0)
    of_spikingjelly("spikingjelly_reset", 1.5, -0.5)

    def iaf():
        return sinabs.layers.IAFSqueeze(
            batch_size=1, spike_threshold=2.0, spike_fn=sinabs.activation.SingleSpike, min_v_mem=None
        )

    network = spiking(module, iaf, 2.0)
    graph = with_sizes(sinabs.nir.to_nir(network, pixels[:1]))
    for layer in (network[1], network[3]):
        layer.batch_size, layer.num_timesteps = len(pixels), 1
        layer.reset_states()
    keep("sinabs_if", graph, simulate(network, lambda net, x: net(x), pixels))
    np.savez_compressed(HERE / "nir_of_libraries.npz", steps=STEPS, **recorded)
    with torch.no_grad():
        print("in real numbers", (module(pixels).argmax(1).numpy() == data.test_labels).mean())


if __name__ == "__main__":
    main()
