import dataclasses

from click.testing import CliRunner

from firstspike.golden import network_file as files
from firstspike.sim import simulate
from firstspike.sim.__main__ import main


def test_random_images_of_a_network_file_equal_the_golden_model(tiny, make_network_file, tmp_path):
    files.save(tmp_path / "a.firstspike", make_network_file(5)[0])
    outcome = CliRunner().invoke(main, [str(tmp_path / "a.firstspike"), "--images", "2", "--stall", "0.3"])
    assert outcome.exit_code == 0 and outcome.output.startswith("equal: 2 images, "), outcome.output


def test_a_difference_is_an_error(tiny, make_network_file, tmp_path, monkeypatch):
    files.save(tmp_path / "a.firstspike", make_network_file(5)[0])
    right = simulate.run
    monkeypatch.setattr(
        simulate,
        "run",
        lambda *arguments, **options: dataclasses.replace(right(*arguments, **options), counter_differences=["one"]),
    )
    outcome = CliRunner().invoke(main, [str(tmp_path / "a.firstspike")])
    assert outcome.exit_code == 1 and "RTL and golden model differ" in outcome.output


def test_a_file_that_is_none_is_one_error(tmp_path):
    outcome = CliRunner().invoke(main, [str(tmp_path / "a.firstspike")])
    assert outcome.exit_code == 1 and "there is no network file" in outcome.output
