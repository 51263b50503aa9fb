"""A report beside another one: differences are named, numbers are those of both, and other files are refused."""

import copy
import json

import pytest

from firstspike.golden.energy.errors import EnergyError
from firstspike.report.energy import energy_document as document
from firstspike.report.energy import other_report, page


@pytest.fixture
def write(tmp_path):
    """Function of a document: its file."""

    def written(content):
        path = tmp_path / "other.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    return written


@pytest.fixture(scope="module")
def other_document(make_material):
    """The same network and images in batches of two."""
    return document.document(make_material(batch=2))


def against(material, path):
    return document.document(material, other_report.load(path), path.name)["against"]


def test_a_report_beside_itself_differs_in_nothing(small_material, small_document, write):
    found = against(small_material, write(small_document))
    assert found["differences"] == [] and found["answers"] == []
    assert found["numbers"] and all(row["this"] == row["other"] for row in found["numbers"])
    assert all(row["change"] in (0, None) for row in found["numbers"])


def test_numbers_stand_side_by_side(small_material, small_document, other_document, write):
    found = against(small_material, write(other_document))
    assert found["report"] == "other.json"
    assert found["differences"] == [{"what": "batch", "this": 1, "other": 2}]
    energy = next(row for row in found["numbers"] if row["what"].startswith("energy per image"))
    this, other = (one["summary"]["microjoules_per_image"] for one in (small_document, other_document))
    assert energy == {**energy, "this": this, "other": other, "change": this / other - 1}
    assert this != other
    for row, mine, theirs in zip(found["layers"], small_document["layers"], other_document["layers"], strict=True):
        images = small_document["summary"]["images"]
        assert row["layer"] == mine["layer"]
        assert (row["cycles"]["this"], row["cycles"]["other"]) == (mine["cycles"] / images, theirs["cycles"] / images)


def test_answers_that_differ_are_listed(small_material, small_document, write):
    changed = copy.deepcopy(small_document)
    changed["images"][2]["class"] = "class 99"
    (row,) = against(small_material, write(changed))["answers"]
    assert row == {
        "image": 2,
        "label": small_document["images"][2]["label"],
        "this": small_document["images"][2]["class"],
        "other": "class 99",
    }


@pytest.mark.parametrize(
    "change, what",
    [
        (lambda other: other["summary"]["configuration"].update(lanes=3), "configuration: lanes"),
        (lambda other: other["summary"].update(model="another"), "network"),
        (lambda other: other["summary"].update(network_digest="0"), "weights, biases and offsets (digest)"),
        (lambda other: other["summary"].update(image_source="another"), "data set"),
        (lambda other: other["summary"].update(table="another"), "energy table"),
        (lambda other: other["summary"].update(dram="another"), "DRAM"),
        (lambda other: other["prices"]["event"].update(price_aj=1), "price of event, aJ"),
    ],
)
def test_what_was_not_the_same_is_named_in_json_and_on_the_page(small_material, small_document, write, change, what):
    changed = copy.deepcopy(small_document)
    changed["prices"] |= {"event": {"price_aj": 0, "derivation": ""}} if "event" not in changed["prices"] else {}
    change(changed)
    found = document.document(small_material, other_report.load(write(changed)), "other.json")
    assert what in [row["what"] for row in found["against"]["differences"]]
    assert what in page.render(found, small_material)


def test_other_images_and_other_layers_are_not_put_side_by_side(make_material, small_material, write):
    path = write(document.document(make_material(seed=6)))
    found = document.document(small_material, other_report.load(path), path.name)
    assert found["against"]["answers"] is None and found["against"]["layers"] == []
    html = page.render(found, small_material)
    assert "The two runs are of other images" in html and "The two networks have other layers" in html


def test_every_part_of_the_section_has_a_meaning(small_material, small_document, write):
    assert set(against(small_material, write(small_document))) == set(small_document["fields"]["against"])


@pytest.mark.parametrize(
    "change, message",
    [
        (lambda other: "{", "is no JSON file"),
        (lambda other: "[]", "is not an energy report: expected the file `<model>-energy.json`"),
        (lambda other: {"summary": other["summary"]}, "is not an energy report"),
        (lambda other: other | {"format": {"kind": "another", "version": 2}}, "is not an energy report"),
        (lambda other: other | {"format": other["format"] | {"version": 1}}, "of version 1, expected version 2"),
        (lambda other: {name: other[name] for name in other if name != "layers"}, "is damaged: layers"),
        (lambda other: other | {"summary": other["summary"] | {"cycles": "many"}}, "is damaged: summary.cycles"),
        (lambda other: other | {"images": other["images"][1:]}, "it says 4 images and lists 3"),
    ],
)
def test_a_file_that_cannot_be_compared_is_refused(small_document, write, change, message):
    with pytest.raises(EnergyError, match=message):
        other_report.load(write(change(small_document)))


def test_a_missing_file_is_one_clear_error(tmp_path):
    with pytest.raises(EnergyError, match="cannot read the report .*none.json: No such file"):
        other_report.load(tmp_path / "none.json")
