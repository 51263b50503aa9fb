import json

import pytest
from click.testing import CliRunner

from firstspike.golden.config import PRESETS
from firstspike.golden.errors import SimulationError
from firstspike.sim.stimulus import Stimulus
from firstspike.verify.__main__ import main
from firstspike.verify.mutation import golden_model, kill, reviewed, rtl
from firstspike.verify.mutation import mutation_campaign as document
from firstspike.verify.mutation import mutation_run as campaign
from firstspike.verify.mutation.checks import Check

SOURCE = "a.sv:1"
EQUIVALENT = "one: b A[0] inv"


@pytest.fixture
def played(monkeypatch, tmp_path):
    """Function of {selector: tier that notices it}, and of the golden mutants that are noticed: plays the campaigns."""

    def play(noticed, golden_noticed=frozenset()):
        calls = []
        mutants = [
            rtl.Mutant(selector, "inv", f"firstspike_{module}", "b", "A", 0, None, None, SOURCE, "")
            for selector, module in enumerate(("zero", "one", "two"), start=1)
        ]

        class Simulator:
            directory = tmp_path / "simulator"

            def __init__(self, selector=None):
                self.selector = selector

        def found(simulator, tests):
            (tier,) = (check.name for check in tests)
            calls.append((tier, simulator.selector))
            return f"noticed in {tier}" if noticed.get(simulator.selector) == tier else None

        def tier(name):
            return lambda config: [Check(name, Stimulus(name.encode(), b"", 1, 1), None)]

        monkeypatch.setattr(campaign, "TIERS", {name: tier(name) for name in ("first", "second")})
        monkeypatch.setattr(rtl, "simulator", lambda config, count, seed: (Simulator(), mutants[:count]))
        monkeypatch.setattr(rtl, "selecting", lambda simulator, selector: Simulator(selector))
        monkeypatch.setattr(kill, "noticed", found)
        monkeypatch.setattr(
            reviewed,
            "load",
            lambda: {EQUIVALENT: reviewed.Review(mutants=[EQUIVALENT], verdict="equivalent", reason="never set")},
        )
        monkeypatch.setattr(golden_model, "prepare", lambda: None)
        monkeypatch.setattr(
            golden_model,
            "noticed",
            lambda mutant, tests: "a test" if mutant and mutant.path in golden_noticed else None,
        )
        return calls

    return play


def run(tmp_path, *arguments):
    return CliRunner().invoke(
        main,
        [
            "mutate",
            "--mutants",
            "3",
            "--golden-mutants",
            "11",
            "--output",
            str(tmp_path / "new" / "mutation.json"),
            *arguments,
        ],
    )


def test_every_mutant_meets_the_tiers_until_one_notices(played, work):
    calls = played({1: "first", 3: "second"})
    entries = campaign.run_rtl(work(), PRESETS["tiny"], 3, 1)
    assert [(entry["verdict"], entry["tier"]) for entry in entries] == [
        ("killed", "first"),
        ("equivalent", None),
        ("killed", "second"),
    ]
    assert entries[1]["name"] == EQUIVALENT and entries[1]["reason"] == "never set"
    assert calls == [
        ("first", 0),
        ("first", 1),
        ("first", 2),
        ("first", 3),
        ("second", 0),
        ("second", 2),
        ("second", 3),
    ]


def test_what_has_been_found_out_is_not_run_again(played, work):
    calls = played({1: "first"})
    first = campaign.run_rtl(work(), PRESETS["tiny"], 3, 1)
    calls.clear()
    assert campaign.run_rtl(work(), PRESETS["tiny"], 3, 1) == first and calls == []


def test_a_difference_without_a_mutant_stops_the_campaign(played, work):
    played({rtl.UNMUTATED: "second"})
    with pytest.raises(
        SimulationError, match="the second tier finds a difference without any mutant: noticed in second"
    ):
        campaign.run_rtl(work(), PRESETS["tiny"], 3, 1)


def test_the_results_are_written_and_a_survivor_fails_the_command(played, tmp_path):
    played({1: "first"}, {"golden/evaluators/fast.py"})
    outcome = run(tmp_path)
    assert outcome.exit_code == 1 and "SURVIVED: two: b A[0] inv (a.sv:1)" in outcome.output
    results = json.loads((tmp_path / "new" / "mutation.json").read_text())
    assert [entry["verdict"] for entry in results["rtl"]] == ["killed", "equivalent", "survived"]
    assert [entry["module"] for entry in results["golden"] if entry["verdict"] == "killed"] == [
        "golden/evaluators/fast.py"
    ]
    assert "| two: b A[0] inv | a.sv:1 | survived |" in document.section(results)


def test_the_command_succeeds_where_everything_is_killed_or_explained(played, tmp_path):
    played({1: "first", 3: "first"}, set(golden_model.MODULES))
    outcome = run(tmp_path)
    assert outcome.exit_code == 0 and "2 of 3 mutants killed; 1 equivalent" in outcome.output
