import random
from collections import deque

import pytest

from firstspike.golden import formats
from firstspike.golden.config import HardwareConfig
from firstspike.hw.array.cluster import Cluster
from firstspike.hw.events.event_issue import EventIssue
from tests.hw.stream_devices import simulate

LOAD_AFTER_STORE = EventIssue.LOAD_AFTER_STORE
"""Cycles from the last slot of a visit until one may begin that loads its partial sum."""


def config(acc_bits, drain_positions):
    return HardwareConfig(
        name="test",
        lanes=3,
        clusters=1,
        acc_bits=acc_bits,
        ring_rows=10,
        tile_positions=5,
        drain_positions=drain_positions,
        encoders=1,
        word_neurons=1,
        spike_words=2,
        image_words=2,
        network_bits=32,
    )


class Issuer:
    """Issues the slots of random visits and knows what they must add up to.

    Attributes
    ----------
    ring : dict of int to list of int
        Weight codes of the lanes, by row.
    drained : deque of list of int
        Potentials of finished positions, oldest first.
    promised : int
        Finished positions that have not been read yet.
    loads, stores, drains : int
        Visits that began with a partial sum, stored one, or drained.
    """

    def __init__(self, config, choose):
        self.config, self.choose = config, choose
        self.ring = {}
        self.visit = deque()
        self.sums = {}  # address -> (potentials, first cycle in which a visit may load them)
        self.drained = deque()
        self.promised = self.loads = self.stores = self.drains = 0

    def begin(self, cycle):
        choose = self.choose
        loadable = [address for address, (_, ready) in self.sums.items() if cycle >= ready]
        load = bool(loadable) and choose.random() < 0.5
        address = choose.choice(loadable) if load else choose.randrange(self.config.tile_positions)
        drain = choose.random() < 0.5
        events = choose.choice([0, 1, 1, 2, 3, 8])
        for number in range(max(1, events)):
            self.visit.append(
                {
                    "is_event": events > 0,
                    "first": number == 0,
                    "last": number >= events - 1,
                    "load": load,
                    "drain": drain,
                    "partial_sum": address,
                    "event_time": choose.randrange(33),
                    "negative": choose.getrandbits(1),
                }
            )
        self.potentials = self.sums[address][0] if load else [0] * self.config.lanes

    def slot(self, cycle):
        """The slot to issue in this cycle, or None."""
        if self.choose.random() < 0.2:
            return None
        if not self.visit:
            self.begin(cycle)
        ends = self.visit[0]["last"]
        if ends and self.visit[0]["drain"] and self.promised == self.config.drain_positions:
            return None
        slot = self.visit.popleft() | {"row_address": self.choose.choice(list(self.ring))}
        if slot["is_event"]:
            self.potentials = [v + self.product(slot, lane) for lane, v in enumerate(self.potentials)]
        self.loads += slot["first"] and slot["load"]
        if ends and slot["drain"]:
            self.drained.append(self.potentials)
            self.promised += 1
            self.drains += 1
        elif ends:
            self.sums[slot["partial_sum"]] = self.potentials, cycle + LOAD_AFTER_STORE
            self.stores += 1
        return slot

    def product(self, slot, lane):
        code = self.ring[slot["row_address"]][lane]
        magnitude = formats.product(code & 15, slot["event_time"], self.config.fraction_bits)
        return -magnitude if code >> formats.WEIGHT_SIGN_BIT ^ slot["negative"] else magnitude


@pytest.mark.parametrize("acc_bits, drain_positions, reading", [(32, 4, 0.5), (24, 2, 0.1), (32, 3, 1)])
def test_visits_accumulate_load_store_and_drain(acc_bits, drain_positions, reading):
    """Random visits, with gaps, while other rows of the weight ring are overwritten and finished positions read."""
    config_ = config(acc_bits, drain_positions)
    cluster = Cluster(config_)
    choose = random.Random(acc_bits + drain_positions)
    issuer = Issuer(config_, choose)
    counted = dict.fromkeys(("partial_sum_read", "partial_sum_write", "potentials_stored"), 0)

    async def bench(ctx):
        stored = 0
        expected = None
        for cycle in range(-config_.ring_rows, 3000):
            slot = issuer.slot(cycle) if 0 <= cycle < 2980 else None
            ctx.set(cluster.slot_valid, slot is not None)
            if slot is not None:
                ctx.set(cluster.slot, slot)
            row = (cycle if cycle < 0 else choose.randrange(config_.ring_rows)) % config_.ring_rows
            write = cycle < 0 or (choose.random() < 0.2 and (slot is None or slot["row_address"] != row))
            codes = [choose.randrange(32) for _ in range(config_.lanes)]
            ctx.set(cluster.row_write, write)
            ctx.set(cluster.row_address, row)
            ctx.set(cluster.row_data, sum(code << formats.WEIGHT_BITS * lane for lane, code in enumerate(codes)))
            if write:
                issuer.ring[row] = codes
            read = stored > 0 and choose.random() < reading
            ctx.set(cluster.potentials_read, read)

            _, _, potentials, *signals = await ctx.tick().sample(
                cluster.potentials, *(getattr(cluster, name) for name in counted)
            )
            if expected is not None:
                assert unpack(potentials, acc_bits, config_.lanes) == [wrap(value, acc_bits) for value in expected]
            for name, value in zip(counted, signals):
                counted[name] += value
            if read:
                expected = issuer.drained.popleft()
                issuer.promised -= 1
            stored += signals[-1] - read

    simulate(cluster, bench)
    assert counted == {
        "partial_sum_read": issuer.loads,
        "partial_sum_write": issuer.stores,
        "potentials_stored": issuer.drains,
    }
    assert min(counted.values()) > 100


def unpack(row, bits, count):
    return [wrap(row >> bits * lane, bits) for lane in range(count)]


def wrap(value, bits):
    """Two's complement."""
    return (value + (1 << bits - 1)) % (1 << bits) - (1 << bits - 1)
