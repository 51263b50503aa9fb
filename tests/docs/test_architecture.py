import re
from pathlib import Path

from firstspike.golden.config import PRESETS

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "architecture.md").read_text()


def test_table_of_presets_is_true():
    rows = [
        [cell.strip().replace(",", "") for cell in line.strip("|").split("|")]
        for line in DOCUMENT[DOCUMENT.index("## Configuration") :].splitlines()
        if line.startswith("|")
    ]
    assert rows[0][1:] == [f"`{name}`" for name in PRESETS]
    fields = [
        lambda c: c.lanes,
        lambda c: c.clusters,
        lambda c: c.ring_rows,
        lambda c: c.tile_positions,
        lambda c: c.encoders,
        lambda c: c.word_neurons,
        lambda c: c.spike_words * c.word_neurons,
        lambda c: c.network_bits,
    ]
    assert [row[1:] for row in rows[2:]] == [[str(field(config)) for config in PRESETS.values()] for field in fields]


def test_files_that_documents_name_exist():
    for document in (ROOT / "README.md", *ROOT.glob("C*.md"), *(ROOT / "docs").rglob("*.md")):
        named = re.findall(
            r"`((?:firstspike|golden|hw|quant|sim|flow|report|verify|docs|models|scripts|tests)/[\w./]+\.\w+)`",
            document.read_text(),
        )
        linked = re.findall(r"\]\((?!http)([^)#]+)\)", document.read_text())
        assert [name for name in named if not (ROOT / name).exists()] == []
        assert [name for name in linked if not (document.parent / name).exists()] == []
