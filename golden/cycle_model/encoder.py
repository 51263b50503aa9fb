"""Spike encoder and packet sender (hw/encoder/spike_encoder.py, hw/control/packet_sender.py). The result sink is always ready."""

import numba

from firstspike.golden.microarchitecture import RESULT_QUEUE_DEPTH

SELECT, ENCODE, HEADER, FIRST_CHANNEL, FETCH, GATHER, ADD_BIAS, SEND = range(8)
SENDER_IDLE, SENDER_PACKET, SENDER_STATUS = 0, 1, 2
POTENTIALS, COUNTERS = 0, 1

STORE_STAGES = 5
"""Cycles from the issue of a visit's last event until its potential is in the drain memory."""

ENCODE_STAGES = 8
"""Cycles from the issue of a slice until its spike word is written."""

DONE_PAYLOAD = 3


@numba.njit(cache=True)
def busy(encoder, clusters):
    if encoder.state != SELECT or encoder.travels != 0:
        return True
    for c in range(len(clusters)):
        if clusters[c].level != 0:
            return True
    return False


@numba.njit(cache=True)
def needs_slot(encoder, clusters, promised, slot):
    """Whether the oldest position of some cluster, or the one in hand, needs the parameters in `slot`."""
    if encoder.state != SELECT and encoder.slot == slot:
        return True
    for c in range(len(clusters)):
        if clusters[c].level != 0 and promised[c, 0].slot == slot:
            return True
    return False


@numba.njit(cache=True)
def sends_potentials(encoder):
    return encoder.state == HEADER or encoder.state == FIRST_CHANNEL or encoder.state == SEND


@numba.njit(cache=True)
def update(encoder, clusters, promised, config, is_output, split, sink_free):
    """Clock edge of the encoder; `sink_free`: the sender takes a word of the potentials packet."""
    encoder.travels = (encoder.travels << 1) & ((1 << ENCODE_STAGES) - 1)
    read_cluster = -1
    if encoder.state == SELECT:
        for distance in range(1, config.clusters + 1):
            c = (encoder.served + distance) % config.clusters
            if clusters[c].stored != 0:
                read_cluster = c
                break
        if read_cluster >= 0:
            c = read_cluster
            encoder.served = encoder.cluster = c
            left = promised[c, 0].channels - c // split * config.cluster_lanes
            encoder.active = min(max(left, 0), config.cluster_lanes)
            encoder.slot = promised[c, 0].slot
            words = -(-encoder.active // config.word_neurons)
            encoder.slices = words * (config.word_neurons // config.encoders)
            encoder.slice_ = encoder.channels_sent = 0
            if encoder.active != 0:
                encoder.state = HEADER if is_output else ENCODE
    elif encoder.state == ENCODE:
        encoder.travels |= 1
        encoder.slice_ += 1
        if encoder.slice_ == encoder.slices:
            encoder.state = SELECT
    elif encoder.state == HEADER:
        if sink_free:
            encoder.state = FIRST_CHANNEL
    elif encoder.state == FIRST_CHANNEL:
        if sink_free:
            encoder.state = FETCH
    elif encoder.state == FETCH:
        encoder.lane = 0
        encoder.state = GATHER
    elif encoder.state == GATHER:
        encoder.state = ADD_BIAS
    elif encoder.state == ADD_BIAS:
        encoder.state = SEND
    elif sink_free:
        encoder.lane += 1
        encoder.channels_sent += 1
        if encoder.channels_sent == encoder.active:
            encoder.state = SELECT
        elif encoder.lane == config.encoders:
            encoder.state = FETCH
    return read_cluster


@numba.njit(cache=True)
def ends_potentials(encoder):
    return encoder.state == SEND and encoder.channels_sent == encoder.active - 1


@numba.njit(cache=True)
def update_cluster(cluster, promised, pops, promise, channels, slot):
    """Clock edge of one cluster's queue of finished positions."""
    arrives = cluster.storing >> (STORE_STAGES - 1) & 1
    cluster.storing = (cluster.storing << 1) & ((1 << STORE_STAGES) - 1)
    if pops:
        for k in range(len(promised) - 1):
            promised[k] = promised[k + 1]
        cluster.level -= 1
        cluster.stored -= 1
    cluster.stored += arrives
    if promise:
        promised[cluster.level].channels = channels
        promised[cluster.level].slot = slot
        cluster.level += 1
        cluster.storing |= 1


@numba.njit(cache=True)
def sender_takes(encoder, source):
    return (
        encoder.sender_state == SENDER_PACKET
        and encoder.sender_source == source
        and encoder.result_level != RESULT_QUEUE_DEPTH
    )


@numba.njit(cache=True)
def update_sender(encoder, potentials_valid, potentials_end, counters_valid, counters_end, summary_valid):
    """Clock edge of the packet sender; True if the summary has been sent."""
    pushes = False
    finished = False
    free = encoder.result_level != RESULT_QUEUE_DEPTH
    if encoder.sender_state == SENDER_IDLE:
        encoder.sender_position = 0
        if summary_valid:
            encoder.sender_state = SENDER_STATUS
        elif potentials_valid:
            encoder.sender_state, encoder.sender_source = SENDER_PACKET, POTENTIALS
        elif counters_valid:
            encoder.sender_state, encoder.sender_source = SENDER_PACKET, COUNTERS
    elif encoder.sender_state == SENDER_PACKET:
        valid = potentials_valid if encoder.sender_source == POTENTIALS else counters_valid
        end = potentials_end if encoder.sender_source == POTENTIALS else counters_end
        pushes = valid and free
        if pushes and end:
            encoder.sender_state = SENDER_IDLE
    else:
        pushes = free
        if free:
            finished = encoder.sender_position == DONE_PAYLOAD
            encoder.sender_position += 1
            if finished:
                encoder.sender_state = SENDER_IDLE
    if encoder.result_level != 0:
        encoder.result_level -= 1
    if pushes:
        encoder.result_level += 1
    return finished
