"""The whole machine: one call of `run` steps it from reset to the end of the last batch."""

import numba
import numpy as np

from firstspike.golden.counting import counters
from firstspike.golden.cycle_model import encoder as enc
from firstspike.golden.cycle_model import generator as gen
from firstspike.golden.cycle_model import loader as load
from firstspike.golden.microarchitecture import PARAMETER_SLOTS, PASSES_IN_FLIGHT, PENDING_IMAGES

IDLE, COMMAND, IMAGE, SUMMARY = 0, 1, 2, 3

CAUSES = [counter.name for counter in counters.CYCLE_CAUSES]
BORDER, ON_WEIGHTS, ON_GROUP, ON_IMAGE, ON_RESULT = (
    CAUSES.index(name)
    for name in ("cycles_border", "cycles_wait_weights", "cycles_wait_group", "cycles_wait_image", "cycles_wait_result")
)
CAUSE_OF_ACTIVITY = np.array(
    [-1]
    + [
        CAUSES.index(name)
        for name in (
            "cycles_event",
            "cycles_empty_visit",
            "cycles_wait_weights",
            "cycles_wait_spikes",
            "cycles_wait_drain",
            "cycles_wait_partial_sums",
        )
    ]
)
COUNTER_WORDS = len(counters.ALL)
COUNTERS_COPY, COUNTERS_SEND = 1, 2


@numba.njit(cache=True)
def run(
    config,
    commands,
    input_words,
    word_events,
    event_channels,
    image_length,
    batches,
    loader,
    sequencer,
    generators,
    encoder,
    words,
    events,
    clusters,
    promised,
    result,
    limit,
):
    """Fills `result` (batches, layer runs, causes + 1), the last column being cycles; returns the cycles stepped.

    Every batch has the same commands; its events are those of the next `input_words` words. Returns -1 if
    `limit` cycles did not suffice.
    """
    words_of_batch = load.stream_words(config, commands)
    loader.words_left = words_of_batch
    loader.batches_left = batches
    loader.split = 1
    encoder.served = encoder.fetch_served = 0
    for g in range(config.clusters):
        generators[g].first = 1
    images_of_batch = 0
    for index in range(len(commands)):
        if commands[index].opcode == load.LAYER and commands[index].from_pixels != 0:
            images_of_batch += 1
    images_left = images_of_batch * batches
    counts = np.zeros(result.shape[2], np.int64)
    open_rows = np.zeros(PASSES_IN_FLIGHT, np.int64)
    open_groups = np.zeros(PASSES_IN_FLIGHT, np.int64)
    issue_free = np.zeros(config.clusters, np.bool_)
    granted = np.zeros(config.clusters, np.bool_)

    for cycle in range(limit):
        # Decisions from the registers before the edge.
        layer = commands[sequencer.layer]
        split = max(1, layer.split)
        for g in range(config.clusters):
            drain_ready = True
            if g < split:
                for c in range(g, config.clusters, split):
                    drain_ready = drain_ready and clusters[c].level != config.drain_positions
            issue_free[g] = gen.decide_issue(generators[g], events[g, gen.ISSUE], commands, drain_ready)
        granted[:] = False
        for distance in range(1, config.clusters + 1):
            g = (encoder.fetch_served + distance) % config.clusters
            if gen.requests_word(generators[g], words[g]):
                granted[g] = True
                encoder.fetch_served = g
                break

        any_busy = False
        starters_ready = True
        for g in range(config.clusters):
            any_busy = any_busy or gen.busy(generators[g])
            if g < split and generators[g].walking != gen.IDLE:
                starters_ready = False
        encoder_busy = enc.busy(encoder, clusters)
        oldest_slot = sequencer.groups_released % PARAMETER_SLOTS
        oldest_slot_busy = enc.needs_slot(encoder, clusters, promised, oldest_slot)
        quiet = sequencer.open_level == 0 and not any_busy and not encoder_busy and sequencer.counters_busy == 0
        potentials_valid = enc.sends_potentials(encoder)
        potentials_taken = potentials_valid and enc.sender_takes(encoder, enc.POTENTIALS)
        potentials_end = enc.ends_potentials(encoder)
        counters_valid = sequencer.counters_fetched != 0
        counters_end = sequencer.counters_position == COUNTER_WORDS
        counters_taken = counters_valid and enc.sender_takes(encoder, enc.COUNTERS)

        command_valid = sequencer.moved > sequencer.popped
        moves_command = not command_valid and loader.pushed > sequencer.moved
        command_index = sequencer.popped % len(commands)
        command = commands[command_index]
        idle = BORDER
        pops_command = False
        pass_started = -1
        snapshot = False
        clear = False
        summary_valid = False
        if sequencer.state == IDLE:
            if command_valid:
                pops_command = True
                clear = True
        elif sequencer.state == COMMAND:
            if not command_valid:
                idle = ON_WEIGHTS
            elif command.opcode == load.PASS:
                if command.has_parameters != 0 and loader.groups_loaded == sequencer.groups_started:
                    idle = ON_WEIGHTS
                elif sequencer.open_level == PASSES_IN_FLIGHT or not starters_ready:
                    idle = ON_GROUP
                else:
                    pops_command = True
                    pass_started = command_index
            else:
                if (potentials_valid and not potentials_taken) or sequencer.counters_busy != 0:
                    idle = ON_RESULT
                elif any_busy:
                    idle = ON_GROUP
                if sequencer.quiet != 0:
                    pops_command = True
                    snapshot = sequencer.first_layer == 0
        elif sequencer.state == IMAGE:
            idle = ON_IMAGE
        else:
            summary_valid = sequencer.counters_busy == 0

        # Counters.
        if snapshot:
            result[sequencer.batches_done, sequencer.run] = counts
        if snapshot or clear:
            counts[:] = 0
        for c in range(config.clusters):
            activity = generators[c % split].activity
            counts[idle if activity == gen.ACTIVITY_IDLE else CAUSE_OF_ACTIVITY[activity]] += 1
        counts[-1] += 1

        # Clock edge: encoder and clusters.
        read_cluster = enc.update(encoder, clusters, promised, config, layer.is_output != 0, split, potentials_taken)
        for c in range(config.clusters):
            activity = generators[c % split].activity
            event = events[c % split, gen.ISSUE]
            issued = activity == gen.EVENT or activity == gen.EMPTY_VISIT
            promise = issued and event.last_of_visit != 0 and commands[event.pass_].last_chunk != 0
            enc.update_cluster(
                clusters[c], promised[c], c == read_cluster, promise, commands[event.pass_].channels, event.slot
            )
        summary_sent = enc.update_sender(
            encoder, potentials_valid, potentials_end, counters_valid, counters_end, summary_valid
        )

        # Loader sees the sequencer's registers before the edge.
        rows_loaded = loader.rows_loaded
        load.update(
            loader, config, commands, words_of_batch, sequencer.moved, sequencer.rows_freed, sequencer.groups_released
        )

        # Passes that every group has finished.
        finished = sequencer.open_level != 0
        for g in range(split):
            finished = finished and generators[g].finished != 0
        closes = finished and sequencer.all_loaded != 0
        sequencer.all_loaded = (
            1
            if (sequencer.open_level != 0 and not closes and rows_loaded >= sequencer.rows_freed + open_rows[0])
            else 0
        )
        for g in range(config.clusters):
            generators[g].finished += generators[g].finishing >> (gen.STORE_LATENCY - 1) & 1
            if closes and g < split:
                generators[g].finished -= 1

        slot = sequencer.current_slot
        row_count = sequencer.row_count
        if pass_started >= 0:
            if command.has_parameters != 0:
                slot = sequencer.groups_started % PARAMETER_SLOTS
                sequencer.groups_started += 1
            sequencer.current_slot = slot
            sequencer.row_count += command.rows
        for g in range(config.clusters):
            gen.update(
                generators[g],
                words[g],
                events[g],
                commands,
                g,
                granted[g],
                issue_free[g],
                rows_loaded,
                pass_started if g < split else -1,
                row_count,
                slot,
                sequencer.batches_done * input_words,
                word_events,
                event_channels,
            )

        surplus = sequencer.groups_opened - sequencer.groups_released
        if surplus >= 2 and not oldest_slot_busy:
            sequencer.groups_released += 1
        if closes:
            sequencer.rows_freed += open_rows[0]
            sequencer.groups_opened += open_groups[0]
            for k in range(PASSES_IN_FLIGHT - 1):
                open_rows[k] = open_rows[k + 1]
                open_groups[k] = open_groups[k + 1]
            sequencer.open_level -= 1
        if pass_started >= 0:
            open_rows[sequencer.open_level] = command.rows
            open_groups[sequencer.open_level] = command.has_parameters
            sequencer.open_level += 1

        # Image buffer.
        releases = snapshot and layer.from_pixels != 0
        image_complete = sequencer.image_level != 0
        accepts = (
            images_left > 0
            and sequencer.image_level != PENDING_IMAGES
            and sequencer.image_words_received - sequencer.images_used * image_length != config.image_words
        )
        if accepts:
            sequencer.image_words_received += 1
            if sequencer.image_words_received % image_length == 0:
                sequencer.image_level += 1
                images_left -= 1
        if releases:
            sequencer.image_level -= 1
            sequencer.images_used += 1

        # Counter bank.
        if snapshot and config.counters != 0:
            sequencer.counters_busy, sequencer.counters_position = COUNTERS_COPY, 0
        elif sequencer.counters_busy == COUNTERS_COPY:
            sequencer.counters_busy = COUNTERS_SEND
        elif sequencer.counters_busy == COUNTERS_SEND and not counters_taken:
            sequencer.counters_fetched = 1
        elif counters_taken:
            sequencer.counters_fetched = 0
            sequencer.counters_position += 1
            if counters_end:
                sequencer.counters_busy = 0

        # Sequencer.
        sequencer.quiet = 1 if quiet and not pops_command else 0
        if moves_command:
            sequencer.moved += 1
        if pops_command:
            sequencer.popped += 1
        if sequencer.state == IDLE:
            if pops_command:
                sequencer.first_layer, sequencer.run = 1, -1
                sequencer.state = COMMAND
        elif sequencer.state == COMMAND:
            if pops_command and pass_started < 0:
                sequencer.first_layer = 0
                sequencer.run += 1
                if command.opcode == load.LAYER:
                    sequencer.layer = command_index
                    if command.from_pixels != 0:
                        sequencer.state = IMAGE
                else:
                    sequencer.state = SUMMARY
        elif sequencer.state == IMAGE:
            if image_complete:
                sequencer.state = COMMAND
        elif summary_sent:
            sequencer.state = IDLE
            sequencer.batches_done += 1
            if sequencer.batches_done == batches:
                return cycle + 1
    return -1
