from click.testing import CliRunner

from firstspike.flow.power.power_command import power


def test_a_directory_without_a_netlist_is_one_clear_error(tmp_path):
    outcome = CliRunner().invoke(power, [str(tmp_path)])
    assert outcome.exit_code == 1
    assert outcome.output.startswith("Error: cannot read configuration") and outcome.output.count("\n") == 1
