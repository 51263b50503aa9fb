import doctest
from pathlib import Path

import pytest

DOCUMENTS = sorted((Path(__file__).parents[2] / "docs").glob("*.md"))
TUTORIAL = "tutorial"
"""Has a test of its own, in an environment of the extras that it names."""


@pytest.mark.parametrize("document", [one for one in DOCUMENTS if one.stem != TUTORIAL], ids=lambda path: path.stem)
def test_examples_do_what_the_document_says(document, capsys):
    outcome = doctest.testfile(str(document), module_relative=False)
    assert outcome.failed == 0, capsys.readouterr().out


def test_formats_have_examples():
    document = next(path for path in DOCUMENTS if path.stem == "formats")
    examples = doctest.DocTestParser().get_examples(document.read_text())
    assert len(examples) >= 20
