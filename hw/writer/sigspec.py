"""Sigspecs: RTLIL's expressions for bits of wires and constants, as in `{ 2'00 \\wire [5:0] }`."""

import re


def is_wire(word):
    return word[0] in "\\$"


def wires_in(text):
    """Names of the wires in a sigspec, or in a line of a process."""
    return [word.removeprefix("\\") for word in text.split() if is_wire(word)]


def whole_wire(text, wires):
    """The wire that the sigspec is, if it is one and all of it, else None."""
    words = text.split()
    if not is_wire(words[0]):
        return None
    wire = wires[words[0].removeprefix("\\")]
    whole = "[0]" if wire.width == 1 else f"[{wire.width - 1}:0]"
    return wire if words[1:] in ([], [whole]) else None


def bits(text, wires):
    """Bits of a sigspec, low first: (wire name, index), or a character for a constant."""
    chunks = []
    words = text.split()
    for word, following in zip(words, [*words[1:], ""]):
        if is_wire(word):
            name = word.removeprefix("\\")
            high, low = wires[name].width - 1, 0
            if following.startswith("["):
                high, _, low = following[1:-1].partition(":")
                low = low or high
            chunks.append([(name, index) for index in range(int(low), int(high) + 1)])
        elif "'" in word:
            chunks.append(list(reversed(word.partition("'")[2])))
    return [bit for chunk in reversed(chunks) for bit in chunk]


def text(bits_, escape):
    """The sigspec of `bits_`; the inverse of `bits`. `escape` puts the backslash in front of a public name."""
    chunks = []
    for bit in bits_:
        if chunks and isinstance(bit, str) and isinstance(chunks[-1], str):
            chunks[-1] = bit + chunks[-1]
        elif (
            chunks
            and not isinstance(bit, str)
            and not isinstance(chunks[-1], str)
            and (bit[0], bit[1] - 1) == (chunks[-1][0], chunks[-1][2])
        ):
            chunks[-1] = (bit[0], chunks[-1][1], bit[1])
        else:
            chunks.append(bit if isinstance(bit, str) else (bit[0], bit[1], bit[1]))
    words = []
    for chunk in reversed(chunks):
        if isinstance(chunk, str):
            words.append(f"{len(chunk)}'{chunk}")
        else:
            name, low, high = chunk
            words.append(f"{escape(name)} [{low}]" if low == high else f"{escape(name)} [{high}:{low}]")
    return words[0] if len(words) == 1 else "{ " + " ".join(words) + " }"


_SIGSPEC = re.compile(r"\{[^}]*\}|[\\$]\S+(?: \[[\d:]+\])?")


def substitute(line, replacement):
    """`line` of a process, or a sigspec, with every sigspec that has a wire replaced by `replacement(sigspec)`."""
    return _SIGSPEC.sub(lambda match: replacement(match[0]) if wires_in(match[0]) else match[0], line)
