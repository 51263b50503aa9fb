import pytest

from firstspike.golden.errors import SimulationError
from firstspike.verify.mutation import reviewed

GOOD = "- {mutants: [one, two], verdict: equivalent, reason: nobody can see it}\n"


def test_each_mutant_of_an_entry_gets_its_review(tmp_path):
    path = tmp_path / "survivors.yaml"
    path.write_text(GOOD)
    found = reviewed.load(path)
    assert {name: (review.verdict, review.reason) for name, review in found.items()} == {
        name: ("equivalent", "nobody can see it") for name in ("one", "two")
    }


@pytest.mark.parametrize(
    "text, message",
    [
        (GOOD + "- {mutants: [two], verdict: unobserved, reason: x}\n", "two stands there twice"),
        (
            "- {mutants: [one], verdict: fine, reason: x}\n",
            r"survivors.yaml: expected a list of reviews: (.|\n)*verdict(.|\n)*'equivalent' or 'unobserved'",
        ),
        (
            "- {mutants: [one], verdict: equivalent}\n",
            r"expected a list of reviews: (.|\n)*reason(.|\n)*Field required",
        ),
    ],
)
def test_a_wrong_entry_is_refused(tmp_path, text, message):
    path = tmp_path / "survivors.yaml"
    path.write_text(text)
    with pytest.raises(SimulationError, match=message):
        reviewed.load(path)


def test_the_shipped_reviews_are_well_formed():
    reviewed.load()
