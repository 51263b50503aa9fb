import pytest

from firstspike.golden.errors import SimulationError
from firstspike.verify import yaml_entries


class Station(yaml_entries.Entry):
    name: str
    platforms: int


def test_entries_come_in_the_order_of_the_file(tmp_path):
    path = tmp_path / "stations.yaml"
    path.write_text("- {name: south, platforms: 4}\n- {name: north, platforms: 2}\n")
    assert yaml_entries.load(path, Station, "stations") == [
        Station(name="south", platforms=4),
        Station(name="north", platforms=2),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7",
        "- {name: south}",
        "- {name: south, platforms: many}",
        "- {name: south, platforms: 4, tracks: 8}",
        "- [south, 4",
        "- south",
    ],
)
def test_anything_else_is_refused_with_the_name_of_the_file_and_what_it_should_hold(tmp_path, text):
    path = tmp_path / "stations.yaml"
    path.write_text(text)
    with pytest.raises(SimulationError, match="stations.yaml: expected a list of stations"):
        yaml_entries.load(path, Station, "stations")
