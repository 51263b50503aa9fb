"""Boolean functions as Liberty writes them, as in `!((A1*A2)+B1)`."""

import itertools
import re

_TOKEN = re.compile(r"\s*([A-Za-z_]\w*|[01!'()*&+|^])")


def names(function):
    """Names of the inputs, sorted."""
    return sorted(set(re.findall(r"[A-Za-z_]\w*", function)))


def truth_table(function):
    """Outputs for all inputs (`names` sorted, the first one changing slowest), as a tuple of 0 and 1.

    Raises
    ------
    ValueError
        `function` is not a Boolean function of the Liberty syntax.
    """
    inputs = names(function)
    expression = _Parser(function).parse()
    return tuple(
        int(expression(dict(zip(inputs, values)))) for values in itertools.product((False, True), repeat=len(inputs))
    )


class _Parser:
    """Recursive descent; the binding from weak to strong is +, *, ^, ! and '."""

    def __init__(self, text):
        self._text = text
        self._tokens = _TOKEN.findall(text)
        if "".join(self._tokens) != re.sub(r"\s", "", text):
            raise ValueError(f"not a Boolean function: {text!r}")

    def parse(self):
        expression = self._sum()
        if self._tokens:
            raise ValueError(f"not a Boolean function: {self._text!r}")
        return expression

    def _next_is(self, tokens):
        return bool(self._tokens) and self._tokens[0] in tokens

    def _sum(self):
        terms = [self._product()]
        while self._next_is("+|"):
            self._tokens.pop(0)
            terms.append(self._product())
        return lambda values: any(term(values) for term in terms)

    def _product(self):
        factors = [self._difference()]
        # Two factors side by side are a product too.
        while self._tokens and not self._next_is("+|)"):
            if self._next_is("*&"):
                self._tokens.pop(0)
            factors.append(self._difference())
        return lambda values: all(factor(values) for factor in factors)

    def _difference(self):
        operands = [self._factor()]
        while self._next_is("^"):
            self._tokens.pop(0)
            operands.append(self._factor())
        return lambda values: sum(operand(values) for operand in operands) % 2 == 1

    def _factor(self):
        if not self._tokens:
            raise ValueError(f"not a Boolean function: {self._text!r}")
        token = self._tokens.pop(0)
        if token == "!":
            operand = self._factor()
            return lambda values: not operand(values)
        if token == "(":
            operand = self._sum()
            if not self._next_is(")"):
                raise ValueError(f"not a Boolean function: {self._text!r}")
            self._tokens.pop(0)
        elif token in "01":
            operand = lambda values: token == "1"  # noqa: E731
        elif token in "*&+|^')":
            raise ValueError(f"not a Boolean function: {self._text!r}")
        else:
            operand = lambda values: values[token]  # noqa: E731
        while self._next_is("'"):
            self._tokens.pop(0)
            operand = _complement(operand)
        return operand


def _complement(operand):
    return lambda values: not operand(values)
