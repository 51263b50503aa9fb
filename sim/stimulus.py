"""What goes into a simulation: the two input streams, and how they are stalled."""

from dataclasses import dataclass

from firstspike.golden.errors import SimulationError

STALL_STEPS = 1024
"""The test bench stalls in whole 1/1024 of the cycles."""
MAX_STALL = 0.95
"""With more, a run would take unreasonably long, and with 1 it would never end."""
MAX_SEED = 2**32 - 1


@dataclass(frozen=True)
class Stimulus:
    """The input streams of one simulation.

    Attributes
    ----------
    network : bytes
        The network stream of one run; it is sent again for every run.
    images : bytes
        The image stream of all runs.
    runs : int
        Network packets to send and results to wait for.
    image_packet_words : int
        32-bit words of one image; the last of them carries tlast.
    network_packet_words : int or None
        Words of a network packet; None: all of `network`.
    network_words : int or None
        Network words to send in all; None: `runs` packets. Fewer cut the stream off.
    image_words : int or None
        Image words to send in all; None: `images` once.
    stall : float
        Share of the cycles, 0 to `MAX_STALL`, in which each stream pauses (at random).
    seed : int
        Of the pauses: the same seed repeats the run cycle by cycle.

    Raises
    ------
    SimulationError
        `stall` or `seed` is out of range.
    """

    network: bytes
    images: bytes
    runs: int
    image_packet_words: int
    network_packet_words: int | None = None
    network_words: int | None = None
    image_words: int | None = None
    stall: float = 0.0
    seed: int = 1

    def __post_init__(self) -> None:
        if not 0 <= self.stall <= MAX_STALL:
            raise SimulationError(f"the share of stalled cycles must be in 0..{MAX_STALL}, not {self.stall}")
        if not 0 <= self.seed <= MAX_SEED:
            raise SimulationError(f"the seed must be in 0..{MAX_SEED}, not {self.seed}")

    def plusargs(self, network_word_bytes: int, job: int) -> list[str]:
        """The test bench's arguments that describe the streams of the job of this number."""
        packet_words = self.network_packet_words or len(self.network) // network_word_bytes
        numbers = {
            "runs": self.runs,
            "stall": round(self.stall * STALL_STEPS),
            "seed": self.seed,
            "net_packet_words": packet_words,
            "net_words": self.runs * packet_words if self.network_words is None else self.network_words,
            "img_packet_words": self.image_packet_words,
            "img_words": len(self.images) // 4 if self.image_words is None else self.image_words,
        }
        return [f"+{name}.{job}={number}" for name, number in numbers.items()]
