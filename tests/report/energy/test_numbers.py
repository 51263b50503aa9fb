"""A number on the page says where in the JSON file it is from."""

import pytest

from firstspike.report.energy.numbers import MISSING, Numbers

DOCUMENT = {"a/b": [{"x": 12_345_678}], "none": None, "zero": 0, "name": "<b>", "share": 18.3}


@pytest.fixture
def number():
    return Numbers(DOCUMENT)


def test_place_and_value_are_said(number):
    assert number("whole", "a/b", 0, "x") == '<data value="12345678.0" data-json="a~1b/0/x">12,345,678</data>'
    assert number("two", "a/b", 0, "x", power=-6) == (
        '<data value="12.345678" data-json="a~1b/0/x" data-power="-6">12.35</data>'
    )
    assert 'data-per="share"' in number("digits", "a/b", 0, "x", per="share")


def test_what_is_not_there_is_a_dash(number):
    assert number("whole", "none") == number("whole", "nowhere", "x") == MISSING
    assert number("percent", "a/b", 0, "x", per="zero") == MISSING
    assert ">0<" in number("whole", "zero")


def test_text_is_escaped(number):
    assert number("text", "name") == '<data value="&lt;b&gt;" data-json="name">&lt;b&gt;</data>'


def test_shares_and_percents_are_not_mixed_up(number):
    assert number("percent", "share").endswith(">1830.0 %</data>")
    assert number("tenths", "share").endswith(">18.3 %</data>") and "data-percent" in number("tenths", "share")
