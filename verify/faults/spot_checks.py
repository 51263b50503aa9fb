"""The same faults in the RTL and in the golden model: equal results, and what protection makes of them."""

import dataclasses

import numpy as np

from firstspike.golden.config import NO_PROTECTION, PARITY, SECDED
from firstspike.golden.energy import memories
from firstspike.golden.errors import SimulationError
from firstspike.golden.evaluators import fast
from firstspike.golden.evaluators.faults import FaultyEvaluator
from firstspike.golden.streams.network_stream import image_stream
from firstspike.golden.streams.records import ErrorCode
from firstspike.verify.bits import flip
from firstspike.verify.faults import fault_streams as streams
from firstspike.verify.faults import inject, sites

STREAMS = ("network_stream", "image_stream")


class SpotChecks:
    """Simulates one network with faults.

    Parameters
    ----------
    network_file : NetworkFile
    images : uint8 array (N, channels, height, width)
        A multiple of the schedule's batch.

    Raises
    ------
    SimulationError
        From every check: the simulation cannot be built or run, or the RTL does not do what is claimed.
    """

    def __init__(self, network_file, images):
        self._file = network_file
        self._images = images
        network, schedule = network_file.network, network_file.schedule
        self._evaluator = FaultyEvaluator(network, sites.chunks(network, schedule))
        self._clean = fast.run(network, images)
        self._runs = len(images) // schedule.batch
        self._simulators = {}

    def memory(self, memory, faults, seed):
        """Several faults at once in a memory without protection.

        Returns
        -------
        dict
            `faults`; `changed`: spike words and potentials that differ from those without faults.
        """
        places, flips = self._draw(memory, faults, seed)
        expected = self._evaluator.run(self._images, flips)
        answer = self._run(NO_PROTECTION, places, expected)
        self._require_equal(answer, f"{memory}, seed {seed}, {len(places)} faults")
        return {"faults": len(places), "changed": self._changed(expected)}

    def stream(self, stream, faults, seed):
        """The same in an input stream."""
        bits, flips = streams.draw(self._file, len(self._images), stream, faults, np.random.default_rng(seed))
        expected = self._evaluator.run(self._images, flips)
        network_file, images = self._file, self._images
        if stream == "network_stream":
            network_file = dataclasses.replace(network_file, stream=flip(network_file.stream, bits))
        else:
            images = self._pixels(flip(image_stream(images), bits))
        answer = inject.run(self._simulator(NO_PROTECTION), network_file, images, [], expected)
        self._require_equal(answer, f"{stream}, seed {seed}, {len(bits)} faults")
        return {"faults": len(bits), "changed": self._changed(expected)}

    def protection(self, memory, seed):
        """One fault under parity and under SECDED, and a second one in the same word under SECDED.

        Returns
        -------
        dict
            `read`: whether the processor has read the word; `changes`: whether the fault changes results without
            protection.
        """
        (place,), flips = self._draw(memory, 1, seed)
        where = f"{memory}, seed {seed}, {place}"
        changes = self._changed(self._evaluator.run(self._images, flips)) > 0

        corrected = self._run(SECDED, [place], self._clean)
        self._require_equal(corrected, f"SECDED, {where}")
        read = corrected.corrections > 0
        if changes and not read:
            raise SimulationError(f"SECDED, {where}: the fault changes results, but no correction was reported")

        pair = [place, dataclasses.replace(place, bit=place.bit ^ 1)]
        for protection, places in ((PARITY, [place]), (SECDED, pair)):
            answer = self._run(protection, places, self._clean)
            if answer.error != (ErrorCode.MEMORY if read else None):
                raise SimulationError(
                    f"{protection}, {where}, {len(places)} faults: the word was "
                    f"{'' if read else 'not '}read, but the run ended with {answer.error}"
                )
            if not read:
                self._require_equal(answer, f"{protection}, {where}")
        return {"read": read, "changes": changes}

    def _draw(self, memory, faults, seed):
        return sites.draw(
            self._file.network, self._file.schedule, self._runs, memory, faults, np.random.default_rng(seed)
        )

    def _run(self, protection, places, expected):
        return inject.run(self._simulator(protection), self._file, self._images, places, expected)

    def _simulator(self, protection):
        if protection not in self._simulators:
            self._simulators[protection] = inject.simulator(memories.protected(self._file.schedule.config, protection))
        return self._simulators[protection]

    def _require_equal(self, answer, where):
        if answer.error is not None:
            raise SimulationError(f"{where}: the run ended with {answer.error.name}")
        if answer.divergence is not None:
            raise SimulationError(f"{where}: the RTL and the golden model disagree: {answer.divergence}")

    def _changed(self, evaluation):
        numbers = zip([*evaluation.spikes, evaluation.potentials], [*self._clean.spikes, self._clean.potentials])
        return sum(int((one != other).sum()) for one, other in numbers)

    def _pixels(self, stream):
        count, channels, height, width = self._images.shape
        pixels = np.frombuffer(stream, np.uint8).reshape(count, height, width, -1)
        return np.ascontiguousarray(pixels[..., :channels].transpose(0, 3, 1, 2))
