"""Registers as a person would write them: the clocked process says what they become, without a net for the next value."""

import re
from collections import Counter

PROCESS = re.compile(r"^  always_comb\b.*?(?=^  (?:always|assign|initial|\w+ #?\(|\w+ \w+ \()|^endmodule)", re.M | re.S)
"""A combinational process of Yosys."""
ASSIGNED = re.compile(r"^(\s*(?:\w+(?:\[[\d:]+\])?|\{[^}]*\})) = ", re.M)
"""The left side of an assignment in it."""
_TRANSFER = re.compile(r"^  always_ff @\(posedge clk\)\n    (\w+) <= (\w+);\n", re.M)
_WORD = re.compile(r"\b[A-Za-z_]\w*")


def clocked(text):
    """The module `text`, with `x <= value` in place of `x_next = value` and `x <= x_next` where nothing else reads `x_next`.

    A non-blocking assignment later in the process wins, as a blocking one does, so the statements stay as they are.
    """
    registers = {next_: register for register, next_ in _TRANSFER.findall(text)}
    words = Counter(_WORD.findall(text))
    moved = set()

    def process(match):
        block = match[0]
        targets = Counter(word for left in ASSIGNED.findall(block) for word in _WORD.findall(left))
        here = Counter(_WORD.findall(block))
        # Elsewhere: its declaration, and the transfer to the register.
        if not all(t in registers and (words[t], here[t]) == (times + 2, times) for t, times in targets.items()):
            return block
        moved.update(targets)
        block = block.replace("always_comb", "always @(posedge clk)", 1)
        block = ASSIGNED.sub(lambda left: _WORD.sub(lambda word: registers[word[0]], left[1]) + " <= ", block)
        return re.sub(r"^    (\w+) <= \1;\n", "", block, flags=re.M)

    text = PROCESS.sub(process, text)
    text = _TRANSFER.sub(lambda match: "" if match[2] in moved else match[0], text)
    return re.sub(
        r"^  reg (?:signed )?(?:\[[^]]*\] )?(\w+);\n",
        lambda match: "" if match[1] in moved else match[0],
        text,
        flags=re.M,
    )
