"""firstspike: generates, runs and checks a processor for time-to-first-spike neural networks.

import firstspike

exported = firstspike.Model.load("digits").export(config="tiny")
exported.save("digits.firstspike")
exported.evaluate(images)  # the golden model
exported.simulate(images)  # the RTL, compared with it
"""

from pathlib import Path

__all__ = ["ExportedModel", "Model"]

# In a checkout the packages lie beside this folder; in an installed wheel, inside of it.
if (Path(__file__).resolve().parent.parent / "pyproject.toml").is_file():
    __path__.append(str(Path(__file__).resolve().parent.parent))


def __getattr__(name):
    # Commands and simulators import this package too: only who asks for the facade pays for it.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from firstspike import model

    return getattr(model, name)
