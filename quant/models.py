"""The network file to simulate: given as such, or exported from a checkpoint and kept for the next time."""

from os import PathLike
from pathlib import Path

from firstspike.golden import cache, network_file
from firstspike.golden.config import HardwareConfig
from firstspike.golden.network_file import NetworkFile, NetworkFileError
from firstspike.golden.paths import BUILD, ROOT
from firstspike.quant.export import export

DIRECTORY = BUILD / "networks"
"""Network files made from checkpoints."""

SUFFIX = ".firstspike"
CHECKPOINTS = ROOT / "models"
CHECKPOINT_SUFFIX = ".safetensors"
DEFAULT_CONFIG = "paper"
EXPORTER = ("golden", "quant")
"""Packages that decide what an export contains."""


def load(model: str | PathLike[str], config_name: str | None = None, batch: int | None = None) -> NetworkFile:
    """The network file of `model`.

    Parameters
    ----------
    model : str
        Name of a checkpoint in `models/`, or the path of a checkpoint or of a network file.
    config_name : str, optional
        Preset or JSON file, by default `paper`. A network file has its own configuration; a different one is an error.
    batch : int, optional
        Images of one run, by default 1; as with the configuration.

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
        return _require(network_file.load(path), path, config_name, batch)
    config = HardwareConfig.load(config_name or DEFAULT_CONFIG)
    checkpoint = checkpoint_path(model)
    kept = DIRECTORY / f"{checkpoint.stem}-{config.name}-{_key(checkpoint, config, batch or 1)}{SUFFIX}"
    if not kept.exists():
        exported = export(checkpoint, config, batch or 1)
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
    if config_name is not None and HardwareConfig.load(config_name) != config:
        raise NetworkFileError(
            f"{path} was scheduled for another configuration than {config_name}: its own is "
            f"{config.name} ({config.to_json()})"
        )
    if batch not in (None, loaded.schedule.batch):
        raise NetworkFileError(f"{path} was scheduled for batches of {loaded.schedule.batch}, not {batch}")
    return loaded


def _key(checkpoint: Path, config: HardwareConfig, batch: int) -> str:
    sources = [source for package in EXPORTER for source in sorted((ROOT / package).rglob("*.py"))]
    description = checkpoint.with_suffix(".json")
    return cache.digest(
        [config.to_json(), batch], [checkpoint, *([description] if description.exists() else []), *sources]
    )
