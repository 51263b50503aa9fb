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
