import pytest
from click.testing import CliRunner

from firstspike.golden import formats
from firstspike.golden.config import PRESETS
from firstspike.golden.errors import SimulationError
from firstspike.hw.writer import verilog
from firstspike.sim.build import build
from firstspike.sim.processor import SOURCE_SUFFIXES
from firstspike.verify.__main__ import main
from firstspike.verify.random_networks import random_networks_campaign as document
from firstspike.verify.random_networks import random_networks_run as command
from firstspike.verify.random_networks import shrink
from firstspike.verify.random_networks.target import Target


@pytest.fixture(autouse=True)
def failure(tmp_path, monkeypatch):
    monkeypatch.setattr(command, "FAILURE", tmp_path / "new" / "failure.json")
    return command.FAILURE


@pytest.fixture(scope="module")
def wrong_rtl(tmp_path_factory):
    """The RTL of `tiny` with a wrong entry in the PEs' product table."""
    table = list(formats.PRODUCT_TABLE)
    table[3] += 1
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(formats, "PRODUCT_TABLE", tuple(table))
        written = verilog.write(PRESETS["tiny"], tmp_path_factory.mktemp("wrong"))
    simulator = build(PRESETS["tiny"], [path for path in written if path.suffix in SOURCE_SUFFIXES])

    class Wrong(Target):
        def simulator(self, config):
            return simulator

    return Wrong([PRESETS["tiny"]])


def test_a_campaign_goes_on_where_it_stopped(target, work, monkeypatch):
    first = command.collect(work(), target, range(40, 42))
    checked = []
    original = command.chain.check
    monkeypatch.setattr(
        command.chain, "check", lambda drawn, simulator: checked.extend(drawn) or original(drawn, simulator)
    )
    summary = command.run(work(), target, range(40, 44))
    assert len(checked) == 2
    assert (summary["networks"], summary["mismatches"], summary["first_seed"], summary["last_seed"]) == (4, 0, 40, 43)
    assert summary["cycles"] > sum(entry["cycles"] for entry in first) > 0
    assert "NO MISMATCH: 4 random networks (seeds 40 to 43)" in "".join(map(str, document.shown(summary)))


def test_a_bug_in_the_rtl_is_found_reduced_and_repeated(wrong_rtl, target, work, failure, monkeypatch):
    monkeypatch.setattr(shrink, "MOST_EXAMPLES", 12)
    first = work()
    console = first.console
    with pytest.raises(SystemExit, match="1"):
        command.run(first, wrong_rtl, range(60, 64))
    printed = console.file.getvalue()
    assert "MISMATCH in the network of seed 6" in printed and "SIMPLEST CASE that fails: " in printed
    assert "rtl: layer layer" in printed
    assert f"--replay {failure}" in printed
    seed = int(printed.partition("of seed ")[2].split()[0])
    sizes = [command.cases.from_seed(seed, PRESETS["tiny"]), command._load(failure)]
    assert len(sizes[1].images) <= len(sizes[0].images) and sizes[1].choices < sizes[0].choices
    with pytest.raises(SystemExit, match="1"):
        command.replay(console, wrong_rtl, str(failure))
    command.replay(console, target, str(failure))
    assert console.file.getvalue().endswith("nothing differs\n")


def test_the_case_of_a_seed_is_repeated(target, work):
    console = work().console
    command.replay(console, target, "40")
    assert "nothing differs" in console.file.getvalue()


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"configuration": {}, "choices": []}'])
def test_a_file_that_is_no_case_is_refused(target, work, tmp_path, content):
    path = tmp_path / "failure.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(SimulationError, match="cannot replay .*failure.json"):
        command.replay(work().console, target, str(path))


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["--replay", "nothing.json"], "cannot replay 'nothing.json': expected a seed or the file of a failing case"),
        (["--netlist", "nowhere"], "cannot read configuration nowhere/verilog/config.json"),
    ],
)
def test_bad_input_is_one_error(arguments, message):
    outcome = CliRunner().invoke(main, ["campaign", *arguments])
    assert outcome.exit_code == 1 and message in outcome.output and "Traceback" not in outcome.output
