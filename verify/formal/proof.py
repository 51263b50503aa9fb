"""One statement about one component, and the RTLIL in which a solver decides it."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from amaranth.back import rtlil
from amaranth.hdl import ClockDomain, Fragment, Module, Value
from amaranth.hdl._ast import SignalSet
from amaranth.hdl._ir import PortDirection
from amaranth.lib.wiring import In

from firstspike.verify.formal.arbitrary import AnySeq

TOP = "properties"


@dataclass(frozen=True)
class Proof:
    """Properties that must hold for a component whatever its inputs do.

    Attributes
    ----------
    name : str
        Lower case with underscores; the part before the first dot is the block.
    statement : str
        What is proven, in one sentence.
    component : function without arguments
        Returns the component.
    properties : function of (Module, component, dict of str to Signal)
        Adds `Assert`, `Assume` and `Cover` statements and the registers that they need. Every input of the component
        has an arbitrary value in each cycle. The dict holds the component's inner signals (no ports) by their path,
        for the invariants of an induction.
    depth : int
        Cycles; for an unbounded proof those of the induction.
    unbounded : bool
        Holds after any number of cycles (k-induction), or only for the first `depth` cycles after reset.
    cover_depth : int
        Cycles within which every `Cover` must be reached, so that the proof is not vacuous.
    """

    name: str
    statement: str
    component: Callable
    properties: Callable
    depth: int
    unbounded: bool = True
    cover_depth: int = 20

    @property
    def block(self):
        return self.name.partition(".")[0]

    @property
    def mode(self):
        """SymbiYosys' name of the kind of proof."""
        return "prove" if self.unbounded else "bmc"


def rtlil_text(proof):
    """RTLIL of the component with its properties around it, and the number of `Cover` statements.

    All registers begin with their reset values, and reset does not come again.
    """
    component = proof.component()
    fragment = Fragment.get(component, None)
    m = Module()
    ports = SignalSet()
    for _, member, value in component.signature.flatten(component):
        ports.update(Value.cast(value)._lhs_signals())
        if member.flow == In:
            m.d.comb += Value.cast(value).eq(AnySeq(len(Value.cast(value))))
    inside = {path: signal for path, signal in _signals(fragment, "") if signal not in ports}
    proof.properties(m, component, inside)
    top = Fragment.get(m, None)
    top.add_subfragment(fragment, "component")
    sync = ClockDomain("sync", reset_less=True)
    top.add_domains(sync)
    text, _ = rtlil.convert_fragment(top, {"clk": (sync.clk, PortDirection.Input)}, TOP)
    return text, len(re.findall(r"parameter \\FLAVOR \"cover\"", text))


def _signals(fragment, path):
    """(path, signal) of everything that is assigned in `fragment` and below."""
    for statements in fragment.statements.values():
        for statement in statements:
            for signal in statement._lhs_signals():
                yield path + signal.name, signal
    for inner, name, _ in fragment.subfragments:
        yield from _signals(inner, f"{path}{name}.")
