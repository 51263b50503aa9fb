"""The description of a module or file for `firstspike describe`."""

import importlib
import sys
from pathlib import Path

from firstspike.quant.importers import source
from firstspike.quant.importers.architecture import ArchitectureError


def module_or_file(name, input_shape, architecture_path=None):
    """Tensors and architecture of what the user named.

    Parameters
    ----------
    name : str
        Path of a checkpoint or NIR file; or `package.module:attribute`, a `torch.nn.Module`, its class, or a function
        that yields one.
    input_shape : (int, int, int) or None

    Returns
    -------
    (Checkpoint, Architecture, dict)
        As `quant.importers.source.read`.

    Raises
    ------
    quant.export.ERRORS
    """
    path, _, attribute = name.partition(":")
    if not attribute:
        return source.read(Path(name), architecture_path, input_shape)
    sys.path.insert(0, "")
    try:
        found = getattr(importlib.import_module(path), attribute)
    except (ImportError, AttributeError) as error:
        raise ArchitectureError(f"{name}: {error}") from None
    finally:
        sys.path.remove("")
    if input_shape is None:
        raise ArchitectureError(f"{name}: a module does not say what its input is; name it with --input-shape")
    from torch import nn

    module = found if isinstance(found, nn.Module) else found()
    if not isinstance(module, nn.Module):
        raise ArchitectureError(
            f"{name}: expected a torch.nn.Module, its class or a function that yields one, got {type(module).__name__}"
        )
    return source.read(module, input_shape=input_shape)
