import json

from click.testing import CliRunner

from firstspike.verify.__main__ import main
from firstspike.verify.campaign import EVIDENCE
from firstspike.verify.campaigns import CAMPAIGNS
from firstspike.verify.page import page_command as cli
from firstspike.verify.page import page_sections as document
from firstspike.verify.page import presets, testplan


def page(directory):
    return document.text(testplan.load(), presets.load(), directory)


def test_the_page_in_the_repository_is_the_one_of_its_inputs():
    assert cli.DOCUMENT.read_text(encoding="utf-8") == page(EVIDENCE), "run `make verification`"


def test_what_has_no_result_is_not_measured(tmp_path):
    text = page(tmp_path)
    assert text.count("Not measured: `make") == sum(len(campaign.pages) for campaign in CAMPAIGNS) == 9
    assert "| random networks through the gate-level netlist | not measured | no | no | no |" in text


def test_a_result_has_its_section_instead(tmp_path, monkeypatch):
    (tmp_path / "formal.json").write_text(json.dumps({"engine": "an engine", "proofs": []}))
    text = page(tmp_path)
    assert "Not measured: `make formal`" not in text and "an engine" in text
    assert "## Testplan" in text and "proof `weight_ring.read`" in text


def test_the_command_writes_the_page(tmp_path):
    output = tmp_path / "page.md"
    assert CliRunner().invoke(main, ["page", "--output", str(output)]).exit_code == 0
    assert output.read_text() == page(EVIDENCE)
