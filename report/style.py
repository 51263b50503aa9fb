"""One look for all figures, readable on a laptop and in print."""

import base64
import io

import matplotlib
from matplotlib import colormaps
from matplotlib.figure import Figure

WIDTH = 9.6
"""Inches; the page is as wide."""

COLOURS = {
    "PE array": "#0072b2",
    "event generator": "#56b4e9",
    "spike encoder": "#a6d8f5",
    "loader": "#004d80",
    "weight ring": "#e69f00",
    "spike buffer": "#f3c04d",
    "partial sums": "#b07c00",
    "drain memory": "#f9dc94",
    "parameter store": "#8c6d31",
    "image buffer": "#d9c9a3",
    "DRAM": "#7f7f7f",
    "clock and leakage": "#cc79a7",
    "arithmetic": "#0072b2",
    "on-chip memory": "#e69f00",
}
"""Components and groups: blue is arithmetic, yellow on-chip memory, grey DRAM."""

CAUSE_COLOURS = {
    "cycles_event": "#009e73",
    "cycles_empty_visit": "#9ad6c3",
    "cycles_wait_weights": "#d55e00",
    "cycles_wait_spikes": "#56b4e9",
    "cycles_wait_drain": "#cc79a7",
    "cycles_wait_partial_sums": "#8c6d31",
    "cycles_wait_group": "#f0e442",
    "cycles_border": "#7f7f7f",
    "cycles_wait_image": "#0072b2",
    "cycles_wait_result": "#000000",
}

SEQUENCE = colormaps["viridis"]
"""For ordered values."""

SETTINGS = {
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#555555",
    "axes.grid.axis": "x",
    "grid.color": "#dddddd",
    "legend.frameon": False,
    "svg.fonttype": "path",
    "svg.hashsalt": "firstspike",
    "figure.dpi": 100,
}
RASTER_DPI = 220
LABEL_CHARACTERS = 40
SMALLEST = 0.001
"""Smaller numbers are not told from each other in a table."""


matplotlib.rcParams.update(SETTINGS)


def figure(height, rows=1, columns=1, **options):
    """(Figure, axes) of the page's width and `height` inches; `options` as for `Figure.subplots`."""
    made = Figure(figsize=(WIDTH, height), layout="constrained")
    return made, made.subplots(rows, columns, **options)


def from_zero(axes, most):
    """Lets the x axis end at `most`, or at 1 where everything is 0 and there is nothing to scale by."""
    axes.set_xlim(0, most or 1)


def plain(text):
    """A name for a figure: matplotlib takes what stands between two dollar signs for a formula."""
    return text.replace("$", r"\$")


def short(text, most=LABEL_CHARACTERS):
    """A name of at most `most` characters for a figure; a longer one would leave no room for the axes."""
    return plain(text if len(text) <= most else text[: most - 3] + "...")


def rows(axes, names):
    """One row of a bar chart for each name, the first above; equal names stay apart."""
    axes.set_yticks(range(len(names)), labels=names)
    axes.set_ylim(len(names) - 0.4, -0.6)


def digits(value):
    """Text of a number with one decimal, or with four significant digits if it is below 100."""
    if 0 < value < SMALLEST:
        return f"< {SMALLEST}"
    return f"{value:,.1f}" if value >= 100 or value == 0 else f"{value:#.4g}"


def svg(made, *, transparent=False):
    """The figure as SVG (bytes), the same whenever it is drawn; on white, or transparent."""
    text = io.BytesIO()
    made.savefig(text, format="svg", dpi=RASTER_DPI, metadata={"Date": None}, transparent=transparent)
    return text.getvalue()


def data_uri(made):
    """The figure as a transparent SVG image that the page carries inside."""
    return embedded("image/svg+xml", svg(made, transparent=True))


def embedded(media_type, content):
    """A file (bytes) as an address that the page carries inside."""
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"
