"""A small untrained module and data it can learn in seconds."""

import pytest
import torch
from torch import nn

from firstspike.quant.training.data import synthetic


@pytest.fixture(autouse=True)
def one_thread():
    # Networks this small only lose time to a second thread, and sums in one order are the same everywhere.
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def data():
    return synthetic((2, 7, 6), 3, 96)


@pytest.fixture
def make_module():
    """Function that yields the same untrained module each time."""

    def make():
        torch.manual_seed(5)
        return nn.Sequential(
            nn.Conv2d(2, 7, 3, padding=1),
            nn.Hardtanh(0, 1),
            nn.Conv2d(7, 5, (2, 3), stride=2, bias=False),
            nn.MaxPool2d(2),
            nn.Hardtanh(0, 1),
            nn.Flatten(),
            nn.Linear(5, 3),
        )

    return make
