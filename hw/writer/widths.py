"""Operands as wide as Verilog computes them: what the language extends in silence is written out."""

from dataclasses import replace

from firstspike.hw.writer.expressions import (
    COMPARISONS,
    SHIFTS,
    Binary,
    Choice,
    Concatenation,
    Constant,
    Inlined,
    Reference,
    Selection,
    Signed,
    Unary,
    constant,
    plain,
)


def explicit(node, width=None):
    """The tree `node` with the same value, every operand of an operator as wide as the operator.

    Parameters
    ----------
    node : tree
        `expressions.is_exact` holds for it.
    width : int, optional
        Bits of what it is assigned to; without it, it stands alone, as in a condition.
    """
    return _at(node, node.width if width is None else max(width, node.width), node.signed)


def _at(node, width, signed):
    """`node` where Verilog computes it with `width` bits, and all operands around it are signed or not."""
    match node:
        case Inlined():
            return _at(node.expression, width, signed)
        case Unary(operator="~" | "-"):
            return replace(node, argument=_at(node.argument, width, signed))
        case Binary() if node.operator in SHIFTS:
            return replace(node, left=_at(node.left, width, signed), right=explicit(node.right))
        case Binary() if node.operator not in COMPARISONS:
            return replace(node, left=_at(node.left, width, signed), right=_at(node.right, width, signed))
        case Choice():
            yes, no = _at(node.yes, width, signed), _at(node.no, width, signed)
            return Choice(explicit(node.condition), yes, no)
    return _extended(_leaf(node), width, signed)


def _leaf(node):
    """What has its own width, whatever is around it."""
    match node:
        case Unary(operator="!") if node.argument.width > 1:
            return Binary("==", explicit(node.argument), constant(0, node.argument.width))
        case Signed() | Unary():
            return replace(node, argument=explicit(node.argument))
        case Binary():
            width, signed = max(node.left.width, node.right.width), node.left.signed and node.right.signed
            return replace(node, left=_at(node.left, width, signed), right=_at(node.right, width, signed))
        case Concatenation():
            return replace(node, parts=tuple(explicit(part) for part in node.parts))
        case Selection():
            bits = (node.signal.width - 1).bit_length()
            return replace(node, position=_index(explicit(node.position, bits), bits))
    return node


def _index(position, bits):
    """The position of a selection without bits that are always 0: `expressions.select` knows that it is inside."""
    if isinstance(position, Reference) and position.high is None and position.width > bits > 0:
        return Reference(position.name, bits, bits - 1, 0)
    return position


def _extended(node, width, signed):
    bits = width - node.width
    if bits == 0:
        return node
    if signed:
        return _sign_extended(node, bits)
    node = node.argument if isinstance(node, Signed) else node
    if isinstance(node, Constant) and node.limit is not None:
        return constant(node.limit, width)
    parts = node.parts if isinstance(node, Concatenation) else (node,)
    if isinstance(parts[0], Constant) and parts[0].limit == 0:
        return Concatenation((constant(0, bits + parts[0].width), *parts[1:]))
    return Concatenation((constant(0, bits), *parts))


def _sign_extended(node, bits):
    inner = plain(node.argument) if isinstance(node, Signed) else node
    match inner:
        case Constant() if inner.limit is not None:
            negative = inner.limit >> (inner.width - 1)
            return Signed(constant(inner.limit - (negative << inner.width), inner.width + bits))
        case Reference():
            high = inner.width - 1 if inner.high is None else inner.high
            sign = Reference(inner.name, 1, high, high) if inner.width > 1 else replace(inner, signed=False)
            return Signed(Concatenation((*[sign] * bits, replace(inner, signed=False))))
        case Concatenation(parts=(Constant(limit=0) as first, *rest)):
            return Signed(Concatenation((constant(0, bits + first.width), *rest)))
        case Concatenation(parts=(first, *rest)) if first.width == 1:
            return Signed(Concatenation((*[first] * (bits + 1), *rest)))
    return node
