"""The parts of the documentation that follow from the source: diagrams and the table of error codes."""

import io
import re
from pathlib import Path

import click

from firstspike.golden import markdown, terminal
from firstspike.golden.streams.records import ERROR_TEXTS, ErrorCode

DIAGRAMS = "diagrams"
INTEGRATION = "integration.md"
_GENERATED = "<!-- generated: {name} -->"
_END = "<!-- end -->"


def write(directory):
    """Renders `diagrams/*.json` (WaveDrom) as SVG and renews the generated parts of `integration.md`.

    Parameters
    ----------
    directory : Path
        The folder `docs`.

    Returns
    -------
    list of Path
        Files written.
    """
    directory = Path(directory)
    written = []
    for source in sorted((directory / DIAGRAMS).glob("*.json")):
        target = source.with_suffix(".svg")
        target.write_text(render(source.read_text()))
        written.append(target)
    page = directory / INTEGRATION
    page.write_text(renew(page.read_text(), "error codes", error_table()))
    return [*written, page]


def render(source):
    """SVG text of a WaveDrom description."""
    import wavedrom  # only documentation needs it

    output = io.StringIO()
    wavedrom.render(source).write(output)
    return output.getvalue() + "\n"


def error_table():
    """Markdown table of the error codes."""
    rows = [(int(code), code.name, ERROR_TEXTS[code]) for code in ErrorCode]
    return markdown.table(("code", "name", "meaning"), rows, "rll") + "\n"


def renew(text, name, content):
    """`text` with `content` between the marks of the generated part `name`."""
    begin = _GENERATED.format(name=name)
    return re.sub(
        rf"({re.escape(begin)}\n).*?({re.escape(_END)})", lambda match: match[1] + content + match[2], text, flags=re.S
    )


@click.command()
@click.option(
    "--directory",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    default=Path("docs"),
    show_default=True,
    help="Folder of the documentation.",
)
def documents(directory):
    """Render the timing diagrams and renew the parts of the documentation that follow from the source."""
    with terminal.errors_as_messages():
        for path in write(directory):
            click.echo(f"wrote {path}")
