"""Networks of odd geometry from PyTorch to the RTL."""

import numpy as np
import pytest
import torch
from torch import nn

from firstspike import golden, quant, sim
from firstspike.golden import cycle_model
from firstspike.golden.config import PRESETS
from firstspike.quant.mapper.mapper import MappingError

CLIP = nn.Hardtanh(0, 1)
GEOMETRIES = {
    "kernel of 7, 13 classes": (
        (1, 9, 11),
        nn.Sequential(
            nn.Conv2d(1, 5, 7, padding=3),
            CLIP,
            nn.MaxPool2d(2),
            nn.Conv2d(5, 3, 3),
            CLIP,
            nn.Flatten(),
            nn.Linear(18, 13),
        ),
    ),
    "kernel of 6, padded on one axis": (
        (2, 8, 5),
        nn.Sequential(
            nn.Conv2d(2, 7, 6, padding=(0, 4)), CLIP, nn.Conv2d(7, 3, (2, 1)), CLIP, nn.Flatten(), nn.Linear(48, 2)
        ),
    ),
    "kernel of 5, stride 2, batch norm": (
        (3, 12, 9),
        nn.Sequential(
            nn.Conv2d(3, 9, 5, stride=2, padding=2, bias=False),
            nn.BatchNorm2d(9),
            CLIP,
            nn.Conv2d(9, 5, 3, stride=2),
            CLIP,
            nn.Flatten(),
            nn.Linear(20, 3),
        ),
    ),
    "kernel of 4 x 1 and 1 x 4": (
        (1, 10, 7),
        nn.Sequential(
            nn.Conv2d(1, 6, (4, 1)),
            CLIP,
            nn.Conv2d(6, 11, (1, 4), padding=(0, 1)),
            CLIP,
            nn.MaxPool2d(2),
            nn.Conv2d(11, 4, (3, 3)),
            nn.Flatten(),
        ),
    ),
    "kernel of 2, padding beyond it": (
        (1, 4, 6),
        nn.Sequential(
            nn.Conv2d(1, 3, 2, padding=3),
            CLIP,
            nn.MaxPool2d(2),
            nn.Conv2d(3, 5, 1),
            CLIP,
            nn.Conv2d(5, 2, (4, 5)),
            nn.Flatten(),
        ),
    ),
    "kernel of 1, six input channels": (
        (6, 5, 3),
        nn.Sequential(nn.Conv2d(6, 17, 1), CLIP, nn.Conv2d(17, 2, 1), CLIP, nn.Flatten(), nn.Linear(30, 5)),
    ),
    "MLP": (
        (1, 6, 6),
        nn.Sequential(nn.Flatten(), nn.Linear(36, 19), CLIP, nn.Linear(19, 23), CLIP, nn.Linear(23, 10)),
    ),
    "average pools": (
        (2, 13, 8),
        nn.Sequential(
            nn.Conv2d(2, 5, 3),
            CLIP,
            nn.AvgPool2d(2),
            nn.Conv2d(5, 6, 2),
            CLIP,
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(6, 4),
        ),
    ),
    "ReLU6, one row": (
        (4, 1, 17),
        nn.Sequential(
            nn.Conv2d(4, 8, (1, 3), stride=2),
            nn.ReLU6(),
            nn.Conv2d(8, 9, (1, 3)),
            nn.ReLU6(),
            nn.Flatten(),
            nn.Linear(54, 3),
        ),
    ),
    "plain ReLU, odd maps pooled": (
        (1, 11, 15),
        nn.Sequential(
            nn.Conv2d(1, 4, 3),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(4, 7, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(42, 2),
            nn.BatchNorm1d(2),
        ),
    ),
}


def trained(module, seed):
    """The module with weights under which about half of the neurons fire."""
    torch.manual_seed(seed)
    for part in module.modules():
        if isinstance(part, (nn.Conv2d, nn.Linear)):
            nn.init.kaiming_normal_(part.weight, nonlinearity="relu")
        if isinstance(part, (nn.BatchNorm1d, nn.BatchNorm2d)):
            part.running_var.uniform_(0.5, 2)
            nn.init.normal_(part.weight, 1, 0.3)
    return module.eval()


@pytest.mark.parametrize("name", GEOMETRIES)
def test_a_pytorch_module_of_odd_geometry_is_bit_exact_in_the_rtl(tiny, name):
    input_shape, module = GEOMETRIES[name]
    module = trained(module, seed=len(name))
    images = np.random.default_rng(1).integers(0, 256, (34, *input_shape), dtype=np.uint8)
    network_file = quant.export(module, "tiny", calibration=images[:32])
    result = sim.run(network_file, images[32:], simulator=tiny)
    assert result.matches and result.divergence is None and result.counter_differences == []
    expected = golden.run(network_file, images[32:])
    assert np.array_equal(result.potentials, expected.potentials)
    assert all((spikes != 31).any() for spikes in expected.spikes)


def test_a_nir_file_of_another_library_is_bit_exact_in_the_rtl(tiny):
    images = np.random.default_rng(4).integers(0, 256, (36, 2, 8, 10), dtype=np.uint8)
    network_file = quant.export("tests/data/sinabs_cnn.nir", "tiny", calibration=images[:32])
    result = sim.run(network_file, images[32:], simulator=tiny)
    assert result.matches and result.divergence is None and result.counter_differences == []
    expected = golden.run(network_file, images[32:])
    assert np.array_equal(result.potentials, expected.potentials)
    assert all((spikes != 31).any() for spikes in expected.spikes)


def test_64_by_64_pixels_and_200_classes_fit_the_paper_preset():
    module = trained(
        nn.Sequential(
            nn.Conv2d(3, 33, 7, stride=2, padding=3),
            CLIP,
            nn.Conv2d(33, 70, 5, padding=2),
            CLIP,
            nn.MaxPool2d(2),
            nn.Conv2d(70, 129, 3, padding=1),
            CLIP,
            nn.MaxPool2d(2),
            nn.Conv2d(129, 150, 3, stride=2, padding=1),
            CLIP,
            nn.Flatten(),
            nn.Linear(2400, 200),
        ),
        seed=1,
    )
    images = np.random.default_rng(2).integers(0, 256, (1, 3, 64, 64), dtype=np.uint8)
    network_file = quant.export(module, "paper", input_shape=(3, 64, 64))
    network, schedule = network_file.network, network_file.schedule
    assert network.maps()[1:] == [(33, 32, 32), (70, 16, 16), (129, 8, 8), (150, 4, 4), (200, 1, 1)]
    (prediction,) = cycle_model.predict(network, schedule, images, golden.run(network_file, images))
    assert prediction.cycles > 0 and len(prediction.runs) == len(schedule.runs)


def test_a_larger_network_fits_where_the_buffers_are_configured_for_it():
    module = trained(
        nn.Sequential(
            nn.Conv2d(3, 40, 3, stride=2, padding=1),
            CLIP,
            nn.Conv2d(40, 30, 3, stride=2),
            CLIP,
            nn.MaxPool2d(2),
            nn.Conv2d(30, 20, 3, stride=2),
            CLIP,
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(20 * 2 * 2, 300),
        ),
        seed=1,
    )
    with pytest.raises(MappingError, match=r"image buffer \(image_words\)"):
        quant.export(module, "paper", input_shape=(3, 96, 80))
    config = PRESETS["paper"].model_copy(update={"image_words": 8192})
    assert quant.export(module, config, input_shape=(3, 96, 80)).network.maps()[-1] == (300, 1, 1)
