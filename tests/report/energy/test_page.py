"""The page: self-contained, and its tables add up as printed."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from firstspike.report.energy import energy_document as document
from firstspike.report.energy import page

VOID = {"meta", "img", "br", "hr", "link", "input"}


class Reader(HTMLParser):
    """Collects tags that are not closed, and everything a browser would fetch."""

    def __init__(self):
        super().__init__()
        self.open, self.fetched = [], []

    def handle_starttag(self, tag, attributes):
        self.fetched += [value for name, value in attributes if name in ("src", "href", "srcset", "data", "action")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def html(small_document, small_material):
    return page.render(small_document, small_material)


def test_page_is_well_formed_and_fetches_nothing(html):
    reader = Reader()
    reader.feed(html)
    assert reader.open == []
    assert len([value for value in reader.fetched if value.startswith("data:image/svg+xml;base64,")]) == 9
    assert all(value.startswith("data:image/") for value in reader.fetched)
    assert "url(" not in html and "@import" not in html and "<script" not in html


def test_page_is_the_same_every_time(html, small_document, small_material):
    assert page.render(small_document, small_material) == html


def test_layer_table_adds_up_as_printed(html, small_document):
    table = html[html.index("nJ per image") :]
    table = table[: table.index("</table>")]
    rows = [
        [cell.replace(",", "") for cell in re.findall(r"<data[^>]*>([^<]*)</data>", row)]
        for row in re.findall(r"<tr.*?</tr>", table, flags=re.DOTALL)
    ][:-1]
    numbers = [[int(cell) for cell in row] for row in rows if row]
    assert len(numbers) == len(small_document["layers"]) + 1
    assert all(sum(row[:-1]) == row[-1] for row in numbers)
    assert [sum(column) for column in zip(*numbers[:-1])] == numbers[-1]


def test_names_are_escaped(make_material):
    odd = replace(make_material(), source="<script>alert(1)</script>")
    assert "<script>" not in page.render(document.document(odd), odd)


def test_page_without_labels_says_so(make_material):
    unlabelled = replace(make_material(), labels=None)
    assert "accuracy: no labels" in page.render(document.document(unlabelled), unlabelled)


@pytest.mark.parametrize("dearer", [False, True])
def test_a_cheaper_design_is_said_and_a_dearer_one_is_not(small_material, small_document, dearer):
    own, *others = small_document["comparison"]
    factor = 2 if dearer else 0.5
    groups = {group: int(value * factor) for group, value in own["groups_aj"].items()}
    changed = [row | {"energy_aj": sum(groups.values()), "groups_aj": groups} for row in others]
    html = page.render(small_document | {"comparison": [own, *changed]}, small_material)
    assert html.count("Another design is cheaper here") == (0 if dearer else len(others))


def test_time_steps_to_the_decision_are_explained(html, small_document):
    assert "This processor does not wait for time steps" in html
    summary = small_document["summary"]
    assert summary["firing_layers"] * summary["time_steps"] == summary["time_steps_to_decision"]


def test_a_batch_that_is_not_shown_is_said(make_material):
    odd = make_material(count=6)
    assert "Batch 4 is not shown: 6 images are no whole batches of 4." in page.render(document.document(odd), odd)


def test_no_column_says_nothing_in_all_its_rows(html):
    tables = [table for table in re.findall(r"<table(.*?)</table>", html, re.DOTALL) if "confusions" not in table[:30]]
    assert len(tables) > 10
    for table in tables:
        rows = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in table.split("<tr")[1:]]
        columns = zip(*(row for row in rows if row), strict=True)
        for number, column in enumerate(columns):
            assert not all(cell.strip() in ("", "&ndash;", "not recorded") for cell in column), (number, table[:300])


def test_wrong_images_are_shown_with_their_label_and_the_others_are_not(html, small_document):
    wrong = [row for row in small_document["images"] if row["class"] != row["label"]]
    assert wrong
    section = html[html.index("Wrongly classified images") : html.index("<h2>Energy</h2>")]
    assert section.count("data:image/png;base64,") == len(wrong)
    for row in wrong:
        assert f'data-json="images/{row["image"]}/image"' in section


def test_all_right_is_said(make_material):
    material = make_material()
    right = replace(material, labels=material.evaluation.classes(material.network))
    assert "None: all <data" in page.render(document.document(right), right)
