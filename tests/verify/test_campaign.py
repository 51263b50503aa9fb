import json

import click
import pytest
from click.testing import CliRunner

from firstspike.golden.errors import SimulationError
from firstspike.hw.errors import ToolError
from firstspike.verify import campaign
from firstspike.verify.campaigns import CAMPAIGNS


def test_a_finished_piece_is_not_done_again(work):
    made = []

    def make():
        made.append(1)
        return {"value": len(made)}

    assert work().each("t", "a", {"piece": make}) == {"piece": {"value": 1}}
    assert work().each("t", "a", {"piece": make}) == {"piece": {"value": 1}}
    assert work().each("t", "b", {"piece": make}) == {"piece": {"value": 2}}
    assert work().each("t", "a", {"other": make, "piece": make}) == {"other": {"value": 3}, "piece": {"value": 1}}


def test_what_was_done_before_an_interruption_is_kept(work):
    def interrupted(keys):
        if keys[0] >= 4:
            raise KeyboardInterrupt
        return [10 * key for key in keys]

    with pytest.raises(KeyboardInterrupt):
        work().in_groups("t", "a", range(6), interrupted, campaign.in_batches(2))
    groups = []
    found = work().in_groups(
        "t", "a", range(7), lambda keys: groups.append(keys) or [0] * len(keys), campaign.in_batches(2)
    )
    assert groups == [[4, 5], [6]] and found == {0: 0, 1: 10, 2: 20, 3: 30, 4: 0, 5: 0, 6: 0}


def test_a_result_that_ends_the_work_is_met_again(work):
    def run():
        return work().in_groups(
            "t", "a", range(6), lambda keys: made.extend(keys) or keys, campaign.in_batches(2), lambda one: one == 3
        )

    made = []
    assert run() == {0: 0, 1: 1, 2: 2, 3: 3} and made == [0, 1, 2, 3]
    made = []
    assert run() == {0: 0, 1: 1, 2: 2, 3: 3, 4: 4} and made == [3, 4]


@pytest.fixture
def run(tmp_path):
    """Function of what a campaign does: (outcome of its command, its results or None)."""

    def run(does, failures=()):
        @click.command(
            cls=campaign.Campaign,
            pages={"one": ("One", "make one")},
            section=str,
            shown=lambda results: [f"found {results}"],
            failures=lambda results: failures,
        )
        @click.option("--count", default=3)
        def command(work, count):
            return does(work, count)

        output = tmp_path / "new" / "one.json"
        outcome = CliRunner().invoke(command, ["--output", str(output)])
        return outcome, json.loads(output.read_text()) if output.exists() else None

    return run


def test_results_are_written_and_shown(run):
    outcome, results = run(lambda work, count: {"count": count})
    assert outcome.exit_code == 0 and results == {"count": 3}
    assert "found {'count': 3}" in outcome.output and "results: " in outcome.output


def test_a_failure_is_shown_and_fails_the_command_after_the_results_are_written(run):
    outcome, results = run(lambda work, count: [1], failures=["SURVIVED: a[0] [b]"])
    assert outcome.exit_code == 1 and "SURVIVED: a[0] [b]" in outcome.output and results == [1]


def test_a_campaign_may_have_nothing_to_write(run):
    def unnamed(work, count):
        work.name = None
        return [count]

    outcome, results = run(unnamed)
    assert outcome.exit_code == 0 and "found [3]" in outcome.output and results is None
    outcome, results = run(lambda work, count: None)
    assert outcome.exit_code == 0 and not outcome.output.strip() and results is None


@pytest.mark.parametrize("error", [SimulationError("it broke"), ToolError("it broke"), OSError(2, "it broke", "file")])
def test_what_is_at_fault_is_one_message_and_no_result(run, error):
    def fails(work, count):
        raise error

    outcome, results = run(fails)
    assert outcome.exit_code == 1 and "it broke" in outcome.output and "Traceback" not in outcome.output
    assert results is None


def test_names_of_results_are_unique():
    names = [name for one in CAMPAIGNS for name in one.pages]
    assert len(set(names)) == len(names)
