"""The page in a browser: nothing is cut or unreadable on a phone, in the dark or in print, and every number is the JSON's."""

import copy
import json
import re
from dataclasses import replace

import numpy as np
import pytest

from firstspike.golden.config import PRESETS
from firstspike.golden.energy import tables
from firstspike.golden.random_networks import SMALL, choose_geometry, chooser, network_of, random_images
from firstspike.quant.mapper import mapper
from firstspike.report.energy import energy_document as document
from firstspike.report.energy import other_report, page
from firstspike.report.energy.material import Material
from tests.report.energy import browser
from tests.report.energy.page_numbers import Page, differences

pytestmark = pytest.mark.chromium

LAPTOP, PHONE, A4 = 1100, 360, 688
"""Widths in CSS pixels; A4 is what the page's margins leave of it."""

LEAST_CONTRAST = 4.5
"""Of text and its background: WCAG 2.1, level AA."""

MANY_CLASSES = replace(SMALL, classes=(25, 25))


def many_classes():
    """Material of a network with more classes than a matrix has room for, and a name without a place to break."""
    rng = np.random.default_rng(4)
    network = network_of(rng, *choose_geometry(chooser(rng), MANY_CLASSES))
    long = replace(network.layers[0], name="a_layer_with_a_very_long_name_" * 4)
    network = replace(network, name="a_network_with_a_very_long_name_" * 4, layers=(long, *network.layers[1:]))
    names = tuple(f"class/{index}~" for index in range(25))
    settings = tables.load("horowitz_45nm"), "ddr4", 500_000_000
    pixels, labels = random_images(rng, network, 30), rng.integers(0, 25, 30)
    schedule = mapper.schedule(network, PRESETS["small"], 2)
    return Material(network, schedule, pixels, labels, names, "a_source_without_a_place_to_break_" * 4, *settings)


@pytest.fixture(scope="module", params=["beside another run", "many classes"])
def shown(request, tmp_path_factory, make_material):
    """(path of a page, its JSON document)."""
    path = tmp_path_factory.mktemp("page") / "report.html"
    if request.param == "many classes":
        material = many_classes()
        found = document.document(material)
    else:
        other = path.with_name("other.json")
        other.write_text(json.dumps(document.document(make_material(batch=2))))
        material = make_material()
        found = document.document(material, other_report.load(other), other.name)
    path.write_text(page.render(found, material))
    return path, json.loads(json.dumps(found))


def test_every_number_on_the_page_is_the_one_of_the_json(shown):
    path, found = shown
    seen = Page(browser.dom(path))
    assert len(seen.numbers) > 400
    assert seen.loose == []
    assert differences(seen, found) == []


def test_a_number_that_is_not_the_one_of_the_json_is_noticed(shown):
    path, found = shown
    seen = Page(path.read_text())
    wrong = copy.deepcopy(found)
    wrong["layers"][1]["cycles"] += wrong["summary"]["images"]
    assert [text.split(":")[0] for text in differences(seen, wrong)] == ["layers/1/cycles"]


def test_the_browser_has_nothing_to_complain_of(shown):
    path, _ = shown
    assert browser.messages(path) == []


def test_a_broken_script_would_be_noticed(shown):
    path, _ = shown
    broken = path.with_name("broken.html")
    broken.write_text(path.read_text().replace("</body>", "<script>missing()</script></body>"))
    assert any("missing is not defined" in message for message in browser.messages(broken))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [LAPTOP, PHONE])
def test_the_page_is_whole_at_every_width_in_light_and_dark(shown, width, dark):
    path, _ = shown
    found = browser.measure(path, width, dark=dark)
    _is_whole(found, width)
    assert found["dark"] is dark
    picture = np.asarray(browser.screenshot(path, width, found["height"], dark=dark), np.int64)
    assert picture.shape == (found["height"], width, 3)
    paper = picture[2, 2]
    assert (paper < 64).all() if dark else (paper > 192).all()
    for block in found["blocks"]:
        ink = np.abs(_part(picture, block) - paper).max(axis=(1, 2))
        assert ink.max() > 100, f"nothing is drawn at {block}"


def test_the_printed_page_is_whole(shown):
    path, _ = shown
    found = browser.measure(path, A4, printed=True, dark=True)
    _is_whole(found, A4)
    assert all(block["left"] >= 0 and block["right"] <= A4 for block in found["blocks"])
    paper = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", browser.pdf(path))
    assert len(paper) > 2
    assert {(round(float(width)), round(float(height))) for width, height in paper} == {(595, 842)}


@pytest.mark.parametrize(
    "addition, noticed",
    [
        ('<p style="width: 2000px">wide</p>', "scroll_width"),
        ("<table><tr>" + "<td>cell</td>" * 60 + "</tr></table>", "outside"),
        ('<div style="overflow: hidden"><div style="width: 2000px">cut</div></div>', "cut"),
        ('<img alt="broken" src="data:image/png;base64,AAAA">', "images"),
        ('<p style="color: #999">pale</p>', "contrast"),
    ],
)
def test_what_is_cut_or_pale_would_be_noticed(tmp_path, addition, noticed):
    path = tmp_path / "bad.html"
    path.write_text(f'<!DOCTYPE html><html style="background: #fff"><body>{addition}</body></html>')
    assert noticed in _faults(browser.measure(path, PHONE), PHONE)


def _is_whole(found, width):
    assert _faults(found, width) == {}
    blocks = found["blocks"]
    assert blocks[0]["tag"] == "h1"
    assert [block["text"] for block in blocks if block["tag"] == "h2"][-1] == "Field dictionary"
    for above, below in zip(blocks, blocks[1:]):
        assert above["bottom"] <= below["top"] + 0.5, "blocks overlap"


def _faults(found, width):
    """What a reader could not see, by what was measured."""
    faults = {
        "scroll_width": [found["scroll_width"]] if found["scroll_width"] != width else [],
        "outside": found["outside"],
        "cut": found["cut"],
        "images": [image for image in found["images"] if not image["loaded"]],
        "contrast": [text for text in found["contrast"] if text["contrast"] < LEAST_CONTRAST],
    }
    assert found["width"] == width
    return {name: seen for name, seen in faults.items() if seen}


def _part(picture, box):
    top, bottom, left, right = (round(box[side]) for side in ("top", "bottom", "left", "right"))
    return picture[top:bottom, left:right]
