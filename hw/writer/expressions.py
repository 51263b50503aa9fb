"""Verilog expressions as trees: parsing, widths as the standard defines them, and text.

Only what Yosys writes is understood; the rest is a `ValueError`, and the caller leaves that line as it is.
"""

import re
from dataclasses import dataclass, replace

_TOKEN = re.compile(
    r"\s*(\$signed|\d+'s?[hdb][0-9a-f]+|[A-Za-z_]\w*|\d+|>>>|<<<|[<>=!]=|<<|>>|[-+*/%&|^~!<>?:{}()\[\],])"
)
_CONSTANT = re.compile(r"(\d+)'(s?)([hdb])([0-9a-f]+)")
_BASES = {"h": 16, "d": 10, "b": 2}
COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
SHIFTS = ("<<", ">>", "<<<", ">>>")
MODULAR = ("+", "-", "*", "&", "|", "^")
"""Operators whose low bits depend on nothing but the low bits of their operands."""


@dataclass(frozen=True)
class Reference:
    """A signal, or bits `high` to `low` of it."""

    name: str
    width: int
    high: int | None = None
    low: int | None = None
    signed: bool = False

    @property
    def text(self):
        if self.high is None:
            return self.name
        return f"{self.name}[{self.high}]" if self.high == self.low else f"{self.name}[{self.high}:{self.low}]"

    limit = property(lambda self: None if self.signed else (1 << self.width) - 1)


@dataclass(frozen=True)
class Constant:
    text: str
    width: int
    limit: int | None
    signed: bool = False


@dataclass(frozen=True)
class Concatenation:
    parts: tuple
    signed = False

    @property
    def width(self):
        return sum(part.width for part in self.parts)

    @property
    def limit(self):
        return (1 << self.width) - 1

    @property
    def text(self):
        words = []
        runs = []
        for part in self.parts:
            if runs and runs[-1][0].text == part.text:
                runs[-1][1] += 1
            else:
                runs.append([part, 1])
        for part, count in runs:
            if count > 2 or len(runs) == 1 and count > 1:
                words.append(f"{{{count}{{{part.text}}}}}")
            else:
                words += [part.text] * count
        if len(runs) == 1 and len(words) == 1 and len(self.parts) > 1:
            return words[0]
        return "{" + ", ".join(words) + "}"


@dataclass(frozen=True)
class Signed:
    argument: object
    signed = True
    limit = None

    @property
    def width(self):
        return self.argument.width

    @property
    def text(self):
        return f"$signed({self.argument.text})"


@dataclass(frozen=True)
class Unary:
    operator: str
    argument: object

    @property
    def is_reduction(self):
        return self.operator in ("!", "&", "|", "^")

    @property
    def signed(self):
        return not self.is_reduction and self.argument.signed

    @property
    def width(self):
        return 1 if self.is_reduction else self.argument.width

    @property
    def limit(self):
        return 1 if self.is_reduction else None

    @property
    def text(self):
        return f"{self.operator}{_operand(self.argument, in_unary=True)}"


@dataclass(frozen=True)
class Binary:
    operator: str
    left: object
    right: object

    @property
    def signed(self):
        if self.operator in COMPARISONS:
            return False
        return self.left.signed and (self.operator in SHIFTS or self.right.signed)

    @property
    def width(self):
        if self.operator in COMPARISONS:
            return 1
        return self.left.width if self.operator in SHIFTS else max(self.left.width, self.right.width)

    @property
    def limit(self):
        """The largest value that the expression has where no bit is lost, None if it can be negative."""
        if self.operator in COMPARISONS:
            return 1
        left, right = self.left.limit, self.right.limit
        if self.operator == "&":
            return min((limit for limit in (left, right) if limit is not None), default=None)
        if left is None or (right is None and self.operator not in (">>", "/")):
            return None
        match self.operator:
            case "+":
                return left + right
            case "*":
                return left * right
            case "|" | "^":
                return (1 << max(left.bit_length(), right.bit_length())) - 1
            case "<<":
                return left << right if right < 4096 else None
            case ">>" | "/":
                return left
            case "%":
                return min(left, right)
        return None

    @property
    def text(self):
        chains = self.operator in ("&", "|", "^", "+")
        left, right = (
            side.text
            if chains and isinstance(plain(side), Binary) and plain(side).operator == self.operator and is_left
            else _operand(side)
            for side, is_left in ((self.left, True), (self.right, False))
        )
        return f"{left} {self.operator} {right}"


@dataclass(frozen=True)
class Choice:
    condition: object
    yes: object
    no: object

    @property
    def signed(self):
        return self.yes.signed and self.no.signed

    @property
    def width(self):
        return max(self.yes.width, self.no.width)

    @property
    def limit(self):
        limits = (self.yes.limit, self.no.limit)
        return None if None in limits else max(limits)

    @property
    def text(self):
        return f"{_operand(self.condition)} ? {_operand(self.yes)} : {_operand(self.no)}"


@dataclass(frozen=True)
class Selection:
    """`width` bits of a signal from a position that is computed."""

    signal: Reference
    position: object
    width: int
    signed = False

    @property
    def limit(self):
        return (1 << self.width) - 1

    @property
    def text(self):
        length = "" if self.width == 1 else f" +: {self.width}"
        return f"{self.signal.name}[{self.position.text}{length}]"


@dataclass(frozen=True)
class Inlined:
    """An expression in place of the net that it drove, or of the lowest `bits` bits of it."""

    expression: object
    bits: int

    text = property(lambda self: self.expression.text)
    width = property(lambda self: self.expression.width)
    signed = property(lambda self: self.expression.signed)

    @property
    def limit(self):
        largest = (1 << self.bits) - 1
        return largest if self.expression.limit is None else min(self.expression.limit, largest)


def plain(node):
    """`node` without the mark that it was inlined."""
    while isinstance(node, Inlined):
        node = node.expression
    return node


def _operand(node, in_unary=False):
    node = plain(node)
    if isinstance(node, (Binary, Choice)) or (
        isinstance(node, Unary) and (in_unary or node.operator in ("&", "|", "^", "-"))
    ):
        return f"({node.text})"
    return node.text


def parse(text, widths, signed):
    """The tree of `text`.

    Parameters
    ----------
    text : str
    widths : dict of str to int
        Bits of every signal.
    signed : set of str
        Signals that are declared signed.

    Raises
    ------
    ValueError
        It is not an expression as Yosys writes it.
    """
    tokens = []
    position = 0
    while position < len(text.rstrip()):
        match = _TOKEN.match(text, position)
        if match is None:
            raise ValueError(text)
        tokens.append(match[1])
        position = match.end()
    parser = _Parser([*tokens, ""], widths, signed)
    tree = parser.choice()
    parser.expect("")
    return tree


class _Parser:
    """Yosys writes one operator an expression, so that precedence does not matter."""

    def __init__(self, tokens, widths, signed):
        self._tokens = tokens
        self._widths = widths
        self._signed = signed
        self._position = 0

    def _next(self):
        self._position += 1
        return self._tokens[self._position - 1]

    @property
    def _ahead(self):
        return self._tokens[self._position]

    def expect(self, token):
        if self._next() != token:
            raise ValueError(f"expected {token!r} in {' '.join(self._tokens)}")

    def choice(self):
        left = self._binary()
        if self._ahead != "?":
            return left
        self._next()
        yes = self._operand()
        self.expect(":")
        return Choice(left, yes, self._operand())

    def _binary(self):
        left = self._operand()
        if self._ahead in (*COMPARISONS, *SHIFTS, *MODULAR, "/", "%"):
            return Binary(self._next(), left, self._operand())
        return left

    def _operand(self):
        token = self._next()
        if token in ("~", "!", "&", "|", "^", "-"):
            return Unary(token, self._operand())
        if token == "$signed":
            self.expect("(")
            argument = self._operand()
            self.expect(")")
            return Signed(argument)
        if token == "{":
            parts = [self._operand()]
            while self._ahead == ",":
                self._next()
                parts.append(self._operand())
            self.expect("}")
            return Concatenation(tuple(parts))
        if match := _CONSTANT.fullmatch(token):
            value = int(match[4], _BASES[match[3]])
            return Constant(token, int(match[1]), None if match[2] else value, bool(match[2]))
        if token not in self._widths:
            raise ValueError(f"{token!r} is no signal")
        if self._ahead != "[":
            return Reference(token, self._widths[token], signed=token in self._signed)
        self._next()
        high = low = int(self._next())
        if self._ahead == ":":
            self._next()
            low = int(self._next())
        self.expect("]")
        return Reference(token, high - low + 1, high, low)


def references(node):
    """All signals of a tree, in the order of the text."""
    if isinstance(node, Reference):
        yield node
    for child in _children(node):
        yield from references(child)


def _children(node):
    match node:
        case Concatenation():
            return node.parts
        case Signed() | Unary():
            return (node.argument,)
        case Binary():
            return (node.left, node.right)
        case Choice():
            return (node.condition, node.yes, node.no)
        case Selection():
            return (node.signal, node.position)
        case Inlined():
            return (node.expression,)
    return ()


def rewrite(node, change):
    """`node` with every reference replaced by `change(reference)`."""
    match node:
        case Reference():
            return change(node)
        case Concatenation():
            return replace(node, parts=tuple(rewrite(part, change) for part in node.parts))
        case Signed() | Unary():
            return replace(node, argument=rewrite(node.argument, change))
        case Binary():
            return replace(node, left=rewrite(node.left, change), right=rewrite(node.right, change))
        case Choice():
            return Choice(rewrite(node.condition, change), rewrite(node.yes, change), rewrite(node.no, change))
        case Selection():
            signal = change(node.signal)
            signal = signal if isinstance(signal, Reference) and signal.high is None else node.signal
            return replace(node, signal=signal, position=rewrite(node.position, change))
        case Inlined():
            return replace(node, expression=rewrite(node.expression, change))
    return node


_INVERSES = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


def tidy(node):
    """The same value at the same width, said more shortly."""
    match node:
        case Inlined():
            return replace(node, expression=tidy(node.expression))
        case Concatenation():
            return replace(node, parts=tuple(tidy(part) for part in node.parts))
        case Signed():
            return replace(node, argument=tidy(node.argument))
        case Choice():
            return Choice(tidy(node.condition), tidy(node.yes), tidy(node.no))
        case Selection():
            return replace(node, position=tidy(node.position))
        case Unary():
            argument = tidy(node.argument)
            inner = plain(argument)
            if node.operator == "~" and inner.width == 1:
                if isinstance(inner, Unary) and inner.operator in ("!", "|"):
                    return replace(inner, operator="|" if inner.operator == "!" else "!")
                if isinstance(inner, Binary) and inner.operator in _INVERSES:
                    return replace(inner, operator=_INVERSES[inner.operator])
            return replace(node, argument=argument)
        case Binary():
            left, right = tidy(node.left), tidy(node.right)
            if (
                node.operator in ("+", "|", "^")
                and plain(left).limit == 0
                and left.width <= right.width
                and not right.signed
            ):
                return right
            return replace(node, left=left, right=right)
    return node


def narrow(node, bits):
    """An expression of `bits` bits with the lowest bits of `node`, or None where there is no plain one.

    Without this, a counter would be `mux_1[1:0]` with `mux_1 = full ? 3'h0 : (count + 1'h1)`.
    """
    if isinstance(node, Inlined):
        if node.bits <= bits and node.width <= bits and not node.signed:
            return node
        narrowed = narrow(node.expression, min(bits, node.bits))
        return narrowed and Inlined(narrowed, min(bits, node.bits))
    if isinstance(node, Signed):
        if node.width < bits and not (
            isinstance(node.argument, Constant | Concatenation) and _is_positive(node.argument)
        ):
            return None
        return narrow(node.argument, bits)
    if node.width <= bits and not node.signed:
        return node
    match node:
        case Constant() if node.limit is not None:
            return constant(node.limit, bits)
        case Reference() if node.width >= bits:
            low = node.low or 0
            return replace(node, high=low + bits - 1, low=low, width=bits, signed=False) if node.width > bits else node
        case Concatenation():
            return _lowest_parts(node.parts, bits)
        case Unary(operator="~" | "-"):
            argument = narrow(node.argument, bits)
            return argument and replace(node, argument=argument)
        case Binary() if node.operator in MODULAR:
            left, right = narrow(node.left, bits), narrow(node.right, bits)
            return left and right and replace(node, left=left, right=right)
        case Choice():
            yes, no = narrow(node.yes, bits), narrow(node.no, bits)
            return yes and no and replace(node, yes=yes, no=no)
    return None


def _is_positive(node):
    first = plain(node.parts[0]) if isinstance(node, Concatenation) else node
    return isinstance(first, Constant) and first.limit is not None and first.limit < 1 << (first.width - 1)


def constant(value, bits):
    """The lowest `bits` bits of `value`."""
    value &= (1 << bits) - 1
    return Constant(f"{bits}'h{value:0{-(-bits // 4)}x}", bits, value)


def _lowest_parts(parts, bits):
    kept = []
    for part in reversed(parts):
        if bits == 0:
            break
        part = narrow(part, bits) if part.width > bits else part
        if part is None:
            return None
        bits -= part.width
        kept.insert(0, part)
    return kept[0] if len(kept) == 1 else Concatenation(tuple(kept))


def select(node, bits, limit_of=lambda reference: reference.limit):
    """A selection in place of a shift that drops bits, where the position cannot be behind the end; else `node`.

    `limit_of`: the largest value of a signal.
    """
    if isinstance(node, Binary) and node.operator == ">>" and node.width > bits:
        position = limit_of(plain(node.right)) if isinstance(plain(node.right), Reference) else node.right.limit
        if isinstance(node.left, Reference) and node.left.high is None and position is not None:
            if position + bits <= node.left.width:
                return Selection(node.left, node.right, bits)
    return node


def is_exact(node, width=None):
    """Whether every inlined expression in `node` has the value of its net.

    Verilog computes an operand with as many bits as its surroundings have: a sum loses its carry, or an inversion gains
    ones, where the net did not.

    Parameters
    ----------
    node : tree
    width : int, optional
        Bits of what the expression is assigned to; without it, the expression stands alone, as in a condition.
    """
    if width is None:
        return _alone(node)
    return _holds(node, max(width, node.width), exact=False, isolated=True)


def _alone(node, bits=None):
    """In a place that takes as many bits as the expression has, and, if given, needs them to be `bits`."""
    return _holds(node, node.width, exact=True, isolated=True) and bits in (None, node.width)


def _holds(node, width, exact, isolated):
    """Whether `node` is right where Verilog computes it with `width` bits.

    `exact`: what reads it depends on bits above its lowest ones. `isolated`: no other operand decides on its sign.
    """
    match node:
        case Inlined():
            if node.signed and not (isolated and width <= node.bits):
                return False
            limit = node.expression.limit
            fits = limit is not None and limit.bit_length() <= min(width, node.bits)
            if not fits and not (width == node.bits or width < node.bits and not exact):
                return False
            return _holds(node.expression, width, False, isolated)
        case Concatenation():
            return all(_alone(part, part.bits if isinstance(part, Inlined) else None) for part in node.parts)
        case Signed():
            return _alone(node.argument, node.argument.bits if isinstance(node.argument, Inlined) else None)
        case Unary(operator="!" | "|"):
            return _alone(node.argument)
        case Unary(operator="&" | "^"):
            return _alone(node.argument, node.argument.bits if isinstance(node.argument, Inlined) else None)
        case Unary():
            return _holds(node.argument, width, exact, False)
        case Binary():
            if node.operator in COMPARISONS:
                operands = max(node.left.width, node.right.width)
                return all(_holds(side, operands, True, False) for side in (node.left, node.right))
            if node.operator in SHIFTS:
                is_modular = node.operator == "<<"
                return _holds(node.left, width, exact or not is_modular, False) and _alone(node.right)
            exact = exact or node.operator not in MODULAR
            return all(_holds(side, width, exact, False) for side in (node.left, node.right))
        case Selection():
            return _alone(node.position)
        case Choice():
            return _alone(node.condition) and all(_holds(side, width, exact, False) for side in (node.yes, node.no))
    return True
