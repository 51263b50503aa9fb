import shutil
from pathlib import Path

from click.testing import CliRunner

from firstspike.golden.streams.records import ErrorCode
from firstspike.report import documents
from firstspike.report.__main__ import main

DOCS = Path(__file__).parents[2] / "docs"


def test_diagrams_and_error_table_are_up_to_date():
    for source in (DOCS / documents.DIAGRAMS).glob("*.json"):
        assert source.with_suffix(".svg").read_text() == documents.render(source.read_text()), source
    page = (DOCS / documents.INTEGRATION).read_text()
    assert documents.renew(page, "error codes", documents.error_table()) == page


def test_every_error_code_is_in_the_table():
    for code in ErrorCode:
        assert f"| {int(code)} | {code.name} | " in documents.error_table()


def test_the_command_renews_what_is_out_of_date(tmp_path):
    shutil.copytree(DOCS / documents.DIAGRAMS, tmp_path / documents.DIAGRAMS)
    page = (DOCS / documents.INTEGRATION).read_text()
    (tmp_path / documents.INTEGRATION).write_text(documents.renew(page, "error codes", "out of date\n"))
    (tmp_path / documents.DIAGRAMS / "error.svg").write_text("out of date")
    result = CliRunner().invoke(main, ["documents", "--directory", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert f"wrote {tmp_path / documents.INTEGRATION}" in result.output
    for written in [tmp_path / documents.INTEGRATION, *(tmp_path / documents.DIAGRAMS).iterdir()]:
        assert written.read_bytes() == (DOCS / written.relative_to(tmp_path)).read_bytes()
