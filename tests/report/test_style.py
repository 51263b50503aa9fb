"""Numbers as people read them."""

import pytest

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
