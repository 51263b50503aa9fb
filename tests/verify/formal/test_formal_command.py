import json

import pytest
from click.testing import CliRunner

from firstspike.verify.__main__ import main
from firstspike.verify.campaign import EVIDENCE
from firstspike.verify.formal import formal_campaign as document
from firstspike.verify.formal import proofs, symbiyosys
from firstspike.verify.formal.proof import rtlil_text


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Function of arguments and results by proof name: runs the command with these instead of the solver's."""

    def run(*arguments, **results):
        monkeypatch.setattr(
            symbiyosys,
            "prove",
            lambda proof, directory: {
                "result": results.get(proof.block, "proven"),
                "covers": 2,
                "reached": 2,
                "seconds": 0.5,
                "cover_seconds": 0.25,
            },
        )
        return CliRunner().invoke(main, ["formal", "--output", str(tmp_path / "new" / "formal.json"), *arguments])

    return run


def test_all_proofs_go_into_the_results_that_the_document_reads(run, tmp_path):
    outcome = run()
    assert outcome.exit_code == 0 and all(proof.block in outcome.output for proof in proofs.ALL)
    results = json.loads((tmp_path / "new" / "formal.json").read_text())
    assert [verdict["name"] for verdict in results["proofs"]] == [proof.name for proof in proofs.ALL]
    assert document.section(results).count("| proven |") == len(proofs.ALL)


def test_one_block_is_proven_alone_and_leaves_the_results(run, tmp_path):
    outcome = run("--block", "queue")
    assert outcome.exit_code == 0 and "queue.depth_2" in outcome.output and "fire_unit" not in outcome.output
    assert not (tmp_path / "new").exists()


def test_a_refuted_statement_fails_the_command(run):
    outcome = run(queue="refuted")
    assert outcome.exit_code == 1 and "REFUTED: queue.depth_2: a queue of depth 2" in outcome.output


def test_an_unknown_block_is_refused(run):
    outcome = run("--block", "nothing")
    assert outcome.exit_code == 1 and "unknown block 'nothing': expected one of pe, fire_unit" in outcome.output


def test_names_of_proofs_are_unique_and_belong_to_their_module():
    assert len({proof.name for proof in proofs.ALL}) == len(proofs.ALL)
    assert all(
        proof.name.startswith(module.__name__.rpartition(".")[2])
        for module in proofs.MODULES
        for proof in module.PROOFS
    )


@pytest.mark.parametrize("proof", proofs.ALL, ids=lambda proof: proof.name)
def test_every_proof_asserts_something_of_the_component_as_it_is_and_the_results_have_its_covers(proof):
    design, covers = rtlil_text(proof)
    asserts = design.count('parameter \\FLAVOR "assert"')
    (published,) = (
        verdict
        for verdict in json.loads((EVIDENCE / "formal.json").read_text())["proofs"]
        if verdict["name"] == proof.name
    )
    assert asserts > 0 and covers == published["covers"] > 0
    assert (proof.statement, proof.mode, proof.depth) == (published["statement"], published["mode"], published["depth"])
