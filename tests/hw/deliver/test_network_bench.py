"""The files of the delivered network, read as a host reads them."""

import importlib.util
import json

import pytest

from firstspike.golden.config import PRESETS
from firstspike.golden.datasets import digits
from firstspike.hw.deliver.deliver import deliver
from firstspike.quant import models


@pytest.fixture(scope="module", params=[1, 2])
def delivered(request, tmp_path_factory):
    directory = tmp_path_factory.mktemp("delivered")
    deliver(PRESETS["tiny"], directory, network_file=models.load("digits", "tiny", request.param))
    return directory


def test_the_classes_are_those_of_the_expected_potentials(delivered):
    bench = delivered / "bench"
    network, expected = (json.loads((bench / f"{name}.json").read_text()) for name in ("network", "expected"))
    words = [int(word, 16) for word in (bench / "expected.hex").read_text().split()]
    assert len(words) == expected["runs"] * expected["words_per_run"]
    specification = importlib.util.spec_from_file_location("formats", delivered / "firstspike_formats.py")
    formats = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(formats)
    offsets = [output["offset"] for output in network["outputs"]]
    batch, classes = network["image_stream"]["images"], []
    for run in range(expected["runs"]):
        for image in range(batch):
            first = run * expected["words_per_run"] + image * len(offsets)
            potentials = [formats.signed(word) for word in words[first : first + len(offsets)]]
            classes.append(formats.classify(potentials, offsets))
    assert classes == expected["classes"]
    assert expected["labels"] == digits.test(expected["runs"] * batch).labels.tolist()
