from pathlib import Path

from golden.records import ErrorCode
from hw import documents

DOCS = Path(__file__).parents[2] / "docs"


def test_diagrams_and_error_table_are_up_to_date():
    for source in (DOCS / documents.DIAGRAMS).glob("*.json"):
        assert source.with_suffix(".svg").read_text() == documents.render(source.read_text()), source
    page = (DOCS / documents.INTEGRATION).read_text()
    assert documents.renew(page, "error codes", documents.error_table()) == page


def test_every_error_code_is_in_the_table():
    for code in ErrorCode:
        assert f"| {int(code)} | {code.name} | " in documents.error_table()
