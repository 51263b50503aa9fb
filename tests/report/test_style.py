"""Numbers as people read them."""

import pytest
from matplotlib.text import Text

from firstspike.report import style


@pytest.mark.parametrize(
    "value, text",
    [
        (0, "0.0"),
        (353.04, "353.0"),
        (1000.6, "1,000.6"),
        (1.19123, "1.191"),
        (26.5, "26.50"),
        (0.001234, "0.001234"),
        (0.0009, "< 0.001"),
    ],
)
def test_small_numbers_keep_four_significant_digits(value, text):
    assert style.digits(value) == text


@pytest.mark.parametrize("name", ["$a$", "$", "$\\frac{$", "a$b$c", "100 %", "a_b^c"])
def test_a_name_in_a_figure_is_no_formula(name):
    made, axes = style.figure(1)
    axes.barh([style.plain(name)], [1])
    axes.set_title(style.plain(name))
    assert style.svg(made).startswith(b"<?xml")  # a broken formula would be an error
    assert Text(text=style.plain(name))._preprocess_math(style.plain(name)) == (name, False)


def test_a_long_name_is_cut_and_equal_names_keep_their_rows():
    name = style.short("n" * 300)
    assert len(name) == style.LABEL_CHARACTERS and name.endswith("...")
    made, axes = style.figure(1)
    axes.barh(range(2), [1, 2])
    style.rows(axes, [name, name])
    assert [label.get_text() for label in axes.get_yticklabels()] == [name, name]
