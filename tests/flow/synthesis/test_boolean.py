import pytest

from firstspike.flow.synthesis import boolean


@pytest.mark.parametrize(
    "function, table",
    [
        ("!(A*B)", (1, 1, 1, 0)),
        ("(A B)'", (1, 1, 1, 0)),
        ("(!A) + (!B)", (1, 1, 1, 0)),
        ("A&!B", (0, 0, 1, 0)),
        ("A ^ B", (0, 1, 1, 0)),
        ("A|B", (0, 1, 1, 1)),
        ("!A", (1, 0)),
        ("1", (1,)),
        ("0", (0,)),
        ("A+B*C", (0, 0, 0, 1, 1, 1, 1, 1)),
    ],
)
def test_truth_table(function, table):
    assert boolean.truth_table(function) == table


@pytest.mark.parametrize("function", ["", "A+", "(A", "A)", "A ? B", "*A"])
def test_other_text_is_an_error(function):
    with pytest.raises(ValueError, match="not a Boolean function"):
        boolean.truth_table(function)
