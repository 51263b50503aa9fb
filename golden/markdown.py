"""Markdown: pages and sections of blocks, and tables."""


def page(*blocks):
    """The blocks (str: headings, paragraphs, tables) with an empty line between two of them; "" and None are left out."""
    return "\n".join(block.rstrip("\n") + "\n" for block in blocks if block)


def table(header, rows, align=""):
    """A table.

    Parameters
    ----------
    header : sequence of str
    rows : iterable of sequences
        Their cells are texts, or what `str` makes one of; a bar in a text does not end its cell.
    align : str
        "l" (left) or "r" (right) for each column; by default "r" for all but the first.

    Returns
    -------
    str
        Its lines, without the last one's end.
    """
    align = align or "l" + "r" * (len(header) - 1)
    if len(align) != len(header):
        raise ValueError(f"expected {len(header)} letters for as many columns, got {align!r}")
    lines = [[_cell(cell) for cell in row] for row in (header, *rows)]
    lines.insert(1, [{"l": "---", "r": "---:"}[letter] for letter in align])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(content):
    return str(content).replace("|", "\\|")
