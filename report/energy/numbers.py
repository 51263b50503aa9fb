"""Numbers of the document as the page prints them, each with the place in the JSON file that it is from."""

from collections.abc import Callable
from typing import Any

from markupsafe import Markup, escape

from firstspike.report import style

MISSING = Markup("&ndash;")
"""In place of a number that the document does not have."""

FORMS: dict[str, Callable[[Any], str]] = {
    "whole": "{:,.0f}".format,
    "two": "{:,.2f}".format,
    "three": "{:,.3f}".format,
    "four": "{:,.4f}".format,
    "short": "{:g}".format,
    "digits": style.digits,
    "percent": lambda value: f"{100 * value:.1f} %",
    "change": lambda value: f"{100 * value:+.1f} %",
    "tenths": "{:.1f} %".format,
    "text": str,
}


class Numbers:
    """Called by the templates.

    The element says how its text follows from the JSON file, so that a program can check it: the value at `data-json` (a
    JSON pointer without the leading slash), divided by that at `data-per`, times ten to the power of `data-power`; a text
    that ends in % is a hundred times that, but for values that are percents already (`data-percent`).
    """

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document

    def __call__(self, form: str, *path: str | int, per: str | None = None, power: int = 0) -> Markup:
        """A `<data>` element in one of `FORMS`; `MISSING` where the value at `path` or `per` is null or not there."""
        value = self.at(*path)
        divisor = 1 if per is None else self.at(*per.split("/"))
        if value is None or not divisor:
            return MISSING
        if form != "text":
            # Integers beyond 2^53 are divided exactly; Python rounds the quotient once.
            value = value / (divisor * 10**-power) if power < 0 else value * 10**power / divisor
        attributes = {"value": value, "data-json": "/".join(map(_escaped, path))}
        attributes |= {"data-per": per} if per is not None else {}
        attributes |= {"data-power": power} if power else {}
        attributes |= {"data-percent": ""} if form == "tenths" else {}
        written = " ".join(f'{name}="{escape(text)}"' for name, text in attributes.items())
        return Markup(f"<data {written}>{escape(FORMS[form](value))}</data>")

    def at(self, *path: str | int) -> Any:
        """The value there; None if an object on the way does not have the key."""
        value: Any = self._document
        for key in path:
            value = value.get(key) if isinstance(value, dict) else value[int(key)]
            if value is None:
                return None
        return value


def _escaped(key: str | int) -> str:
    """As RFC 6901 has it."""
    return str(key).replace("~", "~0").replace("/", "~1")
