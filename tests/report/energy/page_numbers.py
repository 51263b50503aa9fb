"""The numbers of a page against its JSON file, told from the page's HTML alone."""

import re
from decimal import Decimal
from fractions import Fraction
from html.parser import HTMLParser

VOID = {"meta", "img", "br", "hr", "link", "input"}
SLACK = Fraction(1, 10**9)
"""Of the last digit: the page divides floats."""


class Page(HTMLParser):
    """`numbers` are (attributes, text) of every `<data>`; `loose` the digits in cells and cards outside of them."""

    def __init__(self, text):
        super().__init__()
        self._open, self.numbers, self.loose = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        if tag not in VOID:
            self._open.append((tag, dict(attributes)))
        if tag == "data":
            self.numbers.append([dict(attributes), ""])

    def handle_endtag(self, tag):
        assert self._open.pop()[0] == tag

    def handle_data(self, text):
        tags = [tag for tag, _ in self._open]
        if "data" in tags:
            self.numbers[-1][1] += text
        elif re.search(r"\d", text) and self._is_for_numbers():
            self.loose.append(text.strip())

    def _is_for_numbers(self):
        inside = self._open[-1]
        classes = (inside[1].get("class") or "").split()
        in_card = any("card" in (attributes.get("class") or "").split() for _, attributes in self._open)
        return (inside[0] == "td" and "text" not in classes) or (
            inside[0] == "b" and in_card and self._open[-2][0] != "p"
        )


def differences(page, document):
    """Texts of the Page's numbers that are not what the document has at their place, each with the place."""
    return [
        f"{attributes['data-json']}: {text}"
        for attributes, text in page.numbers
        if not _fits(attributes, text, document)
    ]


def at(document, pointer):
    """The value at a JSON pointer (RFC 6901) without the leading slash."""
    for key in pointer.split("/"):
        key = key.replace("~1", "/").replace("~0", "~")
        document = document[int(key)] if isinstance(document, list) else document[key]
    return document


def _fits(attributes, text, document):
    value = at(document, attributes["data-json"])
    if isinstance(value, str):
        return text == value == attributes["value"]
    exact = Fraction(value) * Fraction(10) ** int(attributes.get("data-power", 0))
    if "data-per" in attributes:
        exact /= Fraction(at(document, attributes["data-per"]))
    if float(attributes["value"]) != float(exact) and abs(Fraction(attributes["value"]) / exact - 1) > SLACK:
        return False
    if text.startswith("<"):
        return 0 < exact < Fraction(text.removeprefix("<").strip())
    if text.endswith("%") and "data-percent" not in attributes:
        exact *= 100
    shown = Decimal(text.removesuffix("%").strip().replace(",", ""))
    last_digit = Fraction(10) ** shown.as_tuple().exponent
    return abs(Fraction(shown) - exact) <= last_digit / 2 * (1 + SLACK)
