"""The network file to simulate: given as such, or exported from a checkpoint and kept for the next time."""

import hashlib
import shlex
from os import PathLike
from pathlib import Path

import numpy as np

from firstspike.golden import cache, network_file
from firstspike.golden.config import HardwareConfig
from firstspike.golden.network_file import NetworkFile, NetworkFileError
from firstspike.golden.paths import BUILD, ROOT
from firstspike.quant.calibration.images import calibration_images
from firstspike.quant.export import export
from firstspike.quant.importers import source

DIRECTORY = BUILD / "networks"
"""Network files made from checkpoints."""

SUFFIX = ".firstspike"
CHECKPOINTS = ROOT / "models"
CHECKPOINT_SUFFIX = ".safetensors"
DEFAULT_CONFIG = "paper"
EXPORTER = ("golden", "quant")
"""Packages that decide what an export contains."""


def load(
    model: str | PathLike[str],
    config_name: str | None = None,
    batch: int | None = None,
    calibration: str | None = None,
    data: str | PathLike[str] | None = None,
) -> NetworkFile:
    """The network file of `model`.

    Parameters
    ----------
    model : str
        Name of a checkpoint in `models/`, or the path of a checkpoint or of a network file.
    config_name : str, optional
        Preset or JSON file, by default `paper`. A network file has its own configuration; a different one is an error.
    batch : int, optional
        Images of one run, by default 1; as with the configuration.
    calibration : str, optional
        As for `quant.calibration.images.calibration_images`. A network file is rounded already: an error.
    data : str or path, optional
        Data set of the calibration images, as for `golden.datasets.registry.find`.

    Returns
    -------
    NetworkFile

    Raises
    ------
    golden.network.NetworkError, golden.config.ConfigurationError, quant.export.ERRORS
        There is no such model or configuration, or they do not fit together.
    """
    path = Path(model)
    if path.suffix == SUFFIX:
        if calibration is not None:
            raise NetworkFileError(f"{path} is rounded already: to calibrate, name the checkpoint it was made of")
        return _require(network_file.load(path), path, config_name, batch)
    config = HardwareConfig.load(config_name or DEFAULT_CONFIG)
    checkpoint = checkpoint_path(model)
    read, images = checkpoint, None
    if calibration is not None:
        trained, described, origin = read = source.read(checkpoint)
        last = described.layers[-1]
        images, _ = calibration_images(described, len(trained.tensor(last.weight, last.name)), calibration, data)
    kept = DIRECTORY / f"{checkpoint.stem}-{config.name}-{_key(checkpoint, config, batch or 1, images)}{SUFFIX}"
    if not kept.exists():
        exported = export(read, config, batch or 1, calibration=images)
        kept.parent.mkdir(parents=True, exist_ok=True)
        network_file.save(kept, exported)
    return network_file.load(kept)


def checkpoint_path(model: str | PathLike[str]) -> Path:
    """Path of the checkpoint of `model`: a name in `models/`, or a path.

    Raises
    ------
    golden.network_file.NetworkFileError
        There is none.
    """
    path = Path(model)
    checkpoint = path if path.suffix else CHECKPOINTS / f"{model}{CHECKPOINT_SUFFIX}"
    if not checkpoint.is_file():
        known = ", ".join(sorted(found.stem for found in CHECKPOINTS.glob(f"*{CHECKPOINT_SUFFIX}")))
        raise NetworkFileError(
            f"no model {model!r}: expected one of {known}, or the path of a checkpoint or of a network file ({SUFFIX})"
        )
    return checkpoint


def _require(loaded: NetworkFile, path: Path, config_name: str | None, batch: int | None) -> NetworkFile:
    config = loaded.schedule.config
    checkpoint = shlex.quote(str(loaded.origin.get("checkpoint", "CHECKPOINT")))
    again = f"`firstspike export {checkpoint} -o {shlex.quote(str(path))}"
    if config_name is not None and (asked := HardwareConfig.load(config_name)) != config:
        differing = [name for name, value in asked.model_dump().items() if value != getattr(config, name)]
        raise NetworkFileError(
            f"{path} was made for another configuration, {config.name}, which differs from {config_name} in "
            f"{', '.join(differing)}: leave the configuration out, or export the network again with {again} --config "
            f"{shlex.quote(config_name)} --batch {batch or loaded.schedule.batch}`"
        )
    if batch not in (None, loaded.schedule.batch):
        raise NetworkFileError(
            f"{path} was made for batches of {loaded.schedule.batch}, not {batch}: export the network again with {again} "
            f"--config {shlex.quote(config_name or config.name)} --batch {batch}`"
        )
    return loaded


def _key(checkpoint: Path, config: HardwareConfig, batch: int, images: np.ndarray | None) -> str:
    sources = [source for package in EXPORTER for source in sorted((ROOT / package).rglob("*.py"))]
    description = checkpoint.with_suffix(".json")
    calibration = None if images is None else hashlib.sha256(images.tobytes()).hexdigest()
    return cache.digest(
        [config.to_json(), batch, calibration], [checkpoint, *([description] if description.exists() else []), *sources]
    )
