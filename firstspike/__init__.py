"""firstspike: generates, runs and checks a processor for time-to-first-spike neural networks."""

from pathlib import Path

# In a checkout the packages lie beside this folder; in an installed wheel, inside of it.
if (Path(__file__).resolve().parent.parent / "pyproject.toml").is_file():
    __path__.append(str(Path(__file__).resolve().parent.parent))
