"""docs/figures.json is compared with what is there, and a change for the worse is noticed."""

import json

import pytest
from click.testing import CliRunner

from firstspike.golden.config import PRESETS
from firstspike.report.figures import figures
from firstspike.report.figures.area import area
from firstspike.report.figures.figures_command import command

BITS = ("register_bits", "memory_bits", "operator_bits")
REGISTERS = 1000


@pytest.fixture
def tracked(tmp_path, monkeypatch):
    """Figures of a small world, tracked in a file of their own; the values measured in it, to be changed."""
    found = {"cycles": {"digits on tiny": 500}, "register_bits": {"tiny": REGISTERS}, "operator_bits": {"tiny": 2000}}
    monkeypatch.setattr(figures, "measured", lambda: found)
    monkeypatch.setattr(figures, "FILE", tmp_path / "figures.json")
    figures.write(found)
    return found


def check(*arguments):
    return CliRunner().invoke(command, ["--check", *arguments])


def worse(differences):
    return list(map(str, (difference for difference in differences if difference.is_worse)))


@pytest.mark.parametrize("preset", PRESETS)
def test_the_area_of_a_preset_is_the_tracked_one_or_better(preset):
    found = area(PRESETS[preset])
    tracked = figures.read()
    only = {figure: {preset: tracked["figures"][figure][preset]} for figure in BITS}
    measured = {figure: {preset: found[figure]} for figure in BITS}
    assert worse(figures.compare(tracked | {"figures": only}, measured)) == [], figures.RENEW


@pytest.mark.parametrize(("model", "config"), figures.CYCLES)
def test_the_cycles_are_the_tracked_ones_or_better(model, config):
    tracked = figures.read()
    subject = f"{model} on {config}"
    only = {"cycles": {subject: tracked["figures"]["cycles"][subject]}}
    found = {"cycles": {subject: figures.cycles(model, config)}}
    assert worse(figures.compare(tracked | {"figures": only}, found)) == [], figures.RENEW


def test_every_figure_is_tracked_with_unit_and_tolerance():
    tracked = figures.read()
    assert tracked["tolerances"] == figures.TOLERANCES
    assert set(tracked["figures"]) == set(tracked["fields"]["figures"]) == set(figures.TOLERANCES)
    assert set(tracked["figures"]["cycles"]) == {f"{model} on {config}" for model, config in figures.CYCLES}
    for figure in BITS:
        assert set(tracked["figures"][figure]) == set(PRESETS)
    assert tracked["machine"]["processor"]


def test_equal_figures_pass(tracked):
    assert check().exit_code == 0


def test_one_cycle_more_fails_and_says_how_to_renew(tracked):
    tracked["cycles"]["digits on tiny"] += 1
    outcome = check()
    assert outcome.exit_code == 1
    assert "WORSE: cycles of digits on tiny: tracked 500, found 501 (+0.20%)" in outcome.output
    assert "make figures" in outcome.output


def test_a_renewed_figure_passes(tracked):
    tracked["register_bits"]["tiny"] += 1
    assert check().exit_code == 1
    assert CliRunner().invoke(command).exit_code == 0
    assert check().exit_code == 0


def test_an_improvement_passes_and_is_shown(tracked):
    tracked["register_bits"]["tiny"] -= 1
    outcome = check()
    assert outcome.exit_code == 0
    assert "differs: register_bits of tiny: tracked 1,000, found 999" in outcome.output


@pytest.mark.parametrize(("bits", "passes"), [(2020, True), (2021, False)])
def test_the_tolerance_is_that_of_the_file(tracked, bits, passes):
    tracked["operator_bits"]["tiny"] = bits
    assert (check().exit_code == 0) is passes
    document = figures.read()
    figures.FILE.write_text(json.dumps(document | {"tolerances": document["tolerances"] | {"operator_bits": 0.1}}))
    assert check().exit_code == 0


def test_a_figure_that_is_missing_on_one_side_fails(tracked):
    tracked["cycles"]["digits on large"] = 1
    assert "tracked missing, found 1" in check().output
    del tracked["cycles"]["digits on large"], tracked["cycles"]["digits on tiny"]
    outcome = check()
    assert outcome.exit_code == 1
    assert "tracked 500, found missing" in outcome.output


def test_speed_is_compared_on_request_and_less_is_worse(tracked, monkeypatch):
    speed = {"digits on tiny": 100_000}
    monkeypatch.setattr(figures, "measured_speed", lambda: {"speed": speed})
    assert CliRunner().invoke(command, ["--speed"]).exit_code == 0
    assert figures.read()["machine"]["cores"] > 0
    for found, code in ((1_000_000, 0), (50_001, 0), (49_999, 1)):
        speed["digits on tiny"] = found
        assert check("--speed").exit_code == code
    assert check().exit_code == 0


def test_a_speed_that_was_not_measured_again_stays(tracked):
    figures.write({"speed": {"digits on tiny": 7}})
    figures.write(tracked)
    assert figures.read()["figures"]["speed"] == {"digits on tiny": 7}


def test_a_missing_file_is_a_message(tracked):
    figures.FILE.unlink()
    outcome = check()
    assert outcome.exit_code == 1
    assert "Error:" in outcome.output
