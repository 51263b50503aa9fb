"""Stands before the compiler in Verilator's makefile, and keeps the objects of Verilator's runtime.

Every simulator contains the same runtime, and compiling it takes as long as compiling a small processor. An object is
kept under a digest of the compiler, its flags, and the preprocessed source: whatever changes it is part of that. The
code of the model itself is compiled as ever.

Run as a script, without any package: `python -I -S cached_compiler.py FOLDER g++ -O2 ... -c -o verilated.o /path/verilated.cpp`.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path


def main(folder: Path, command: list[str]) -> int:
    """Exit status of the compiler, or 0 if the object was there."""
    kept = _kept(folder, command)
    if kept is None:
        return subprocess.run(command).returncode
    target = Path(command[command.index("-o") + 1])
    if kept.exists():
        shutil.copyfile(kept, target)
        return 0
    status = subprocess.run(command).returncode
    if status == 0:
        folder.mkdir(parents=True, exist_ok=True)
        part = kept.with_name(f".{kept.name}.{os.getpid()}.part")
        shutil.copyfile(target, part)
        os.replace(part, kept)
    return status


def _kept(folder: Path, command: list[str]) -> Path | None:
    """Where the object is kept; None if it is none of the runtime, or the compiler refuses the source."""
    compiler, *arguments = command
    found = shutil.which(compiler)
    # The model's own sources have no folder in front.
    if found is None or "-c" not in arguments or "-o" not in arguments or not Path(arguments[-1]).is_absolute():
        return None
    if "-include" in arguments:
        return None
    place = arguments.index("-o")
    flags = [argument for argument in arguments[:place] + arguments[place + 2 : -1] if argument not in ("-c", "-MMD")]
    source = subprocess.run([compiler, *flags, "-E", "-P", arguments[-1]], capture_output=True)
    if source.returncode != 0:
        return None
    binary = Path(found).resolve()
    state = binary.stat()
    settings = [
        str(binary),
        state.st_size,
        state.st_mtime_ns,
        # Folders of headers differ between checkouts; what is in them is in the preprocessed source.
        [flag for flag in flags if not flag.startswith("-I")],
    ]
    digest = hashlib.sha256(repr(settings).encode() + source.stdout).hexdigest()[:32]
    return folder / f"{Path(arguments[-1]).stem}-{digest}.o"


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]), sys.argv[2:]))
