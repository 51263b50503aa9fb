"""The quick proofs hold, and what is broken is refuted: a proof can fail."""

from dataclasses import replace

import pytest
from amaranth.hdl import Module

from firstspike.golden import formats
from firstspike.hw.array.pe import PE
from firstspike.hw.control.watchdog import Watchdog
from firstspike.hw.errors import ToolError
from firstspike.hw.lib.queue import Queue
from firstspike.verify.formal import pe, queue, symbiyosys, watchdog

PRESET_PE, _ = pe.PROOFS
QUEUE_OF_2 = next(proof for proof in queue.PROOFS if proof.component()._depth == 2)


class WrongTablePE(PE):
    """One of the four table entries is off by one."""

    def elaborate(self, platform):
        table = formats.PRODUCT_TABLE
        try:
            formats.PRODUCT_TABLE = (*table[:3], table[3] + 1)
            return super().elaborate(platform)
        finally:
            formats.PRODUCT_TABLE = table


class DroppingQueue(Queue):
    """Accepts an entry when it is full, and loses it."""

    def elaborate(self, platform):
        m = Module()
        m.submodules.queue = inner = Queue(self._shape, self._depth)
        m.d.comb += [
            inner.i.valid.eq(self.i.valid),
            inner.i.payload.eq(self.i.payload),
            self.i.ready.eq(1),
            self.o.valid.eq(inner.o.valid),
            self.o.payload.eq(inner.o.payload),
            inner.o.ready.eq(self.o.ready),
            self.level.eq(inner.level),
        ]
        return m


class HastyWatchdog(Watchdog):
    """Expires one cycle early."""

    def __init__(self, limit):
        super().__init__(limit)
        self._limit -= 1


@pytest.mark.parametrize("proof", [PRESET_PE, QUEUE_OF_2], ids=lambda proof: proof.name)
def test_a_quick_proof_holds_and_is_not_vacuous(proof, tmp_path):
    verdict = symbiyosys.prove(proof, tmp_path)
    assert verdict["result"] == "proven"
    assert verdict["reached"] == verdict["covers"] > 0


def test_a_wrong_table_entry_is_refuted(tmp_path):
    broken = replace(PRESET_PE, component=lambda: WrongTablePE(21, 32))
    assert symbiyosys.prove(broken, tmp_path)["result"] == "refuted"


def test_a_queue_that_drops_an_entry_is_refuted(tmp_path):
    broken = replace(
        QUEUE_OF_2,
        component=lambda: DroppingQueue(queue.WIDTH, 2),
        depth=5,
        properties=lambda m, dut, inside: queue.properties(
            m, dut, {name.removeprefix("queue."): signal for name, signal in inside.items()}
        ),
    )
    assert symbiyosys.prove(broken, tmp_path)["result"] == "refuted"


def test_an_unreachable_cover_makes_a_proof_vacuous(tmp_path):
    (proof,) = watchdog.PROOFS
    assert symbiyosys.prove(replace(proof, cover_depth=2), tmp_path)["result"] == "vacuous"


def test_a_decided_proof_is_read_back_and_a_changed_component_is_proven_anew(work, tmp_path, monkeypatch):
    monkeypatch.setattr(symbiyosys, "DIRECTORY", tmp_path)
    (proof,) = watchdog.PROOFS
    first = symbiyosys.run(work(), [proof])
    status = tmp_path / proof.name / "run_proof" / "status"
    status.unlink()
    assert symbiyosys.run(work(), [proof]) == first and not status.exists()
    changed = replace(proof, component=lambda: HastyWatchdog(watchdog.LIMIT))
    assert symbiyosys.run(work(), [changed])["proofs"][0]["result"] == "refuted"


def test_a_missing_tool_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(symbiyosys, "SCRIPTS", tmp_path)
    with pytest.raises(ToolError, match=r"yowasp-sby, .*z3 missing: install with `pip install '.\[formal\]'`"):
        symbiyosys.prove(QUEUE_OF_2, tmp_path)


def test_a_tool_that_stops_without_an_answer_is_an_error_with_the_end_of_its_log(tmp_path, monkeypatch):
    monkeypatch.setattr(symbiyosys, "ENGINE", "smtbmc no-such-solver")
    with pytest.raises(ToolError, match=r"SymbiYosys gave no answer for the proof of queue.depth_2 \(log: "):
        symbiyosys.prove(QUEUE_OF_2, tmp_path)
