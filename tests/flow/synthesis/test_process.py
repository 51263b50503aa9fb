import sys

import pytest

from firstspike.flow.synthesis import process
from firstspike.flow.synthesis.synthesis_errors import SynthesisError


def test_usage_tells_time_and_memory(tmp_path):
    usage = process.run("python", [sys.executable, "-c", "x = bytearray(100_000_000); print('done')"], tmp_path, "log")
    assert usage.tool == "python"
    assert usage.seconds > 0
    assert usage.memory_mb > 100
    assert (tmp_path / "log").read_text() == "done\n"


def test_failure_shows_the_errors_of_the_log(tmp_path):
    program = "print('ERROR: no such module'); print('bye'); raise SystemExit(3)"
    with pytest.raises(SynthesisError) as error:
        process.run("tool", [sys.executable, "-c", program], tmp_path, "log")
    assert str(error.value) == f"tool failed (log: {tmp_path / 'log'}):\nERROR: no such module"


def test_failure_without_a_named_error_shows_the_end_of_the_log(tmp_path):
    with pytest.raises(SynthesisError, match="\n7\n8\n9$"):
        process.run(
            "tool", [sys.executable, "-c", "[print(i) for i in range(10)]; raise SystemExit(1)"], tmp_path, "log"
        )
