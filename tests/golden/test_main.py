from click.testing import CliRunner

from firstspike.golden.__main__ import counts
from firstspike.golden.counting import counters, operations


def test_counts_explains_every_count():
    result = CliRunner().invoke(counts, env={"COLUMNS": "200"})
    assert result.exit_code == 0
    for count in (*operations.STATISTICS, *counters.ALL):
        assert count.name in result.output and count.unit in result.output
    assert "Effective_ACs" in result.output
