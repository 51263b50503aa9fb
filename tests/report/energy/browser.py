"""Pages as a browser without a window sees them: the document it builds, where things lie, a screenshot, a print."""

import html
import json
import re
import subprocess
from pathlib import Path

from PIL import Image

COMMAND = [
    "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--enable-logging=stderr",
    "--force-device-scale-factor=1", "--no-first-run", "--virtual-time-budget=10000",
]  # fmt: skip
DARK = "--blink-settings=preferredColorScheme=0"
TIMEOUT = 120
NARROWEST_WINDOW = 500
MEASURE = Path(__file__).parent / "measure.html"


def dom(page: Path) -> str:
    """The document that the browser makes of the page, as HTML."""
    return _run(page, "--dump-dom").stdout


def messages(page: Path) -> list[str]:
    """What the browser writes to its console while it shows the page: errors of scripts, styles and images."""
    return re.findall(r":CONSOLE[^\]]*\] (.*)", _run(page, "--dump-dom").stderr)


def measure(page: Path, width: int, *, dark: bool = False, printed: bool = False) -> dict:
    """Sizes, boxes and colours of the page in a frame of this width, by the script in `measure.html`.

    The frame is as high as the page. `printed` puts the page's rules for print in force and those for screens out of it.
    """
    frame = _frame(page, width, printed)
    found = re.search(
        r'<pre id="measured"[^>]*>(.+?)</pre>', _run(frame, "--dump-dom", *_window(width, 1000, dark)).stdout
    )
    assert found, "the script of the frame did not run to its end"
    return json.loads(html.unescape(found[1]))


def screenshot(page: Path, width: int, height: int, *, dark: bool = False) -> Image.Image:
    """The whole page in a frame of this width, as `measure` sees it."""
    path = page.with_suffix(".png")
    _run(_frame(page, width, False), f"--screenshot={path}", *_window(width, height, dark))
    return Image.open(path).convert("RGB").crop((0, 0, width, height))


def pdf(page: Path) -> bytes:
    """The page printed."""
    path = page.with_suffix(".pdf")
    _run(page, f"--print-to-pdf={path}", "--no-pdf-header-footer")
    return path.read_bytes()


def _frame(page, width, printed):
    content = MEASURE.read_text().replace("WIDTH", str(width)).replace("PRINTED", json.dumps(printed))
    path = page.with_name(f"{page.stem}-frame.html")
    path.write_text(content.replace("PAGE", html.escape(page.read_text())))
    return path


def _window(width, height, dark):
    return [f"--window-size={max(width, NARROWEST_WINDOW)},{height}", *([DARK] if dark else [])]


def _run(page, *options):
    profile = page.parent / "profile"
    return subprocess.run(
        [*COMMAND, f"--user-data-dir={profile}", *options, page.as_uri()],
        capture_output=True, text=True, timeout=TIMEOUT, check=True,
    )  # fmt: skip
