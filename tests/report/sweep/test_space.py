"""Design spaces: their points, and what is wrong with bad ones."""

import pytest
import yaml

from firstspike.golden.config import PRESETS, ConfigurationError
from firstspike.report.sweep import space
from firstspike.report.sweep.space import Point, Space, SpaceError


def test_default_space_has_100_configurations_that_are_all_possible():
    default = space.load(space.DEFAULT)
    points = default.points()
    assert len(points) == 100
    configs = [default.config(point) for point in points]
    assert len({config.fingerprint for config in configs}) == 50  # with two batches each


def test_points_are_every_combination_once():
    points = Space(name="s", axes={"lanes": [64, 128], "ring_rows": [768]}, batch=[1, 2, 1], images=2).points()
    assert [(point.fields["lanes"], point.fields["ring_rows"], point.batch) for point in points] == [
        (64, 768, 1),
        (64, 768, 2),
        (128, 768, 1),
        (128, 768, 2),
    ]


def test_fields_that_are_not_swept_are_those_of_the_base():
    config = Space(name="s").config(Point(fields={"network_bits": 512}, batch=1))
    assert config.model_copy(update={"name": "paper", "network_bits": 256}) == PRESETS["paper"]


def test_words_wider_than_a_cluster_are_halved_and_the_buffer_keeps_its_capacity():
    config = Space(name="s").config(Point(fields={"lanes": 16}, batch=1))
    paper = PRESETS["paper"]
    assert (config.word_neurons, config.encoders) == (8, 8)
    assert config.word_neurons * config.spike_words == paper.word_neurons * paper.spike_words


def test_impossible_combination_is_a_configuration_error():
    with pytest.raises(ConfigurationError, match="network_bits must be a multiple of 32, not 100"):
        Space(name="s").config(Point(fields={"network_bits": 100}, batch=1))


@pytest.mark.parametrize(
    "content, message",
    [
        ({"name": "s", "axes": {"lane": [1]}}, r"axes: unknown field 'lane', expected one of lanes, clusters"),
        ({"name": "s", "axes": {"lanes": []}}, r"axes.lanes: List should have at least 1 item"),
        ({"name": "s", "batch": [3], "images": 4}, r"images must be a multiple of every batch, but 4 is not one of 3"),
        ({"name": "s", "batch": [17], "images": 17}, r"batch.0: Input should be less than or equal to 16"),
        ({"name": "s", "clock_mhz": 0}, r"clock_mhz: Input should be greater than 0"),
        ({"name": "s", "engine": "magic"}, r"engine: Input should be 'model' or 'rtl'"),
        ({"name": "../s"}, r"name: String should match pattern"),
        ({"name": "s", "colour": 1}, r"colour: Extra inputs are not permitted"),
        ([1], r"space: Input should be a valid dictionary"),
    ],
)
def test_malformed_space_is_one_clear_error(tmp_path, content, message):
    path = tmp_path / "space.yaml"
    path.write_text(yaml.safe_dump(content))
    with pytest.raises(SpaceError, match=message):
        space.load(path)


def test_missing_and_unreadable_files_are_clear_errors(tmp_path):
    with pytest.raises(SpaceError, match="cannot read the design space .*none.yaml: No such file"):
        space.load(tmp_path / "none.yaml")
    odd = tmp_path / "odd.yaml"
    odd.write_text("a: [")
    with pytest.raises(SpaceError, match="is not YAML"):
        space.load(odd)
