"""Loader and unpacker (hw/loader/loader.py, hw/loader/unpacker.py). The network stream never stalls."""

import numba

from firstspike.golden.microarchitecture import COMMAND_QUEUE_DEPTH, PARAMETER_SLOTS
from firstspike.golden.streams.records import Opcode

RECORD, CAPTURE, CHECK, DISPATCH, PARAMETERS, WEIGHTS, RESTART = range(7)
START, LAYER, PASS, END = int(Opcode.START), int(Opcode.LAYER), int(Opcode.PASS), int(Opcode.END)


@numba.njit(cache=True)
def update(loader, config, commands, words_of_batch, moved, rows_freed, groups_released):
    """Clock edge; `moved` commands have left the command queue before it."""
    command = commands[loader.command]
    take, align, restart = 0, False, False
    loader.rows_loaded, loader.groups_loaded = loader.rows_taken, loader.groups_taken
    if loader.state == RECORD:
        if _available(loader, config, config.record):
            take, align = config.record, True
            loader.state = CAPTURE
    elif loader.state == CAPTURE:
        loader.state = CHECK
    elif loader.state == CHECK:
        loader.state = DISPATCH
    elif loader.state == DISPATCH:
        if loader.pushed - moved < COMMAND_QUEUE_DEPTH:
            loader.pushed += 1
            if command.opcode == PASS:
                loader.rows_left = command.rows
                loader.parameter_rows_left = config.lanes // loader.split // config.encoders
                loader.state = PARAMETERS if command.has_parameters != 0 else WEIGHTS
            else:
                loader.state = RECORD
                if command.opcode == LAYER:
                    loader.split = command.split
                if command.opcode == END:
                    loader.state = RESTART
                else:
                    loader.command += 1
    elif loader.state == RESTART:
        restart = True
        loader.state = RECORD
    elif loader.state == PARAMETERS:
        if loader.groups_taken - loader.groups_released < PARAMETER_SLOTS and _available(
            loader, config, config.parameter_row
        ):
            take, align = config.parameter_row, loader.parameter_rows_left == 1
            loader.parameter_rows_left -= 1
            if align:
                loader.groups_taken += 1
                loader.state = WEIGHTS
    else:
        size = config.cluster_row * (config.clusters // loader.split)
        if loader.rows_taken - loader.rows_freed < config.ring_rows and _available(loader, config, size):
            take, align = size, loader.rows_left == 1
            loader.rows_left -= 1
            loader.rows_taken += 1
            if align:
                loader.state = RECORD
                loader.command += 1

    accepts = loader.count != config.capacity and loader.ended == 0 and loader.words_left > 0
    if take != 0:
        end = loader.offset + take
        if align:
            loader.count -= -(-end // config.granules)
            loader.offset = 0
        else:
            loader.count -= end // config.granules
            loader.offset = end % config.granules
    loader.words_usable = loader.count
    if accepts:
        loader.count += 1
        loader.words_left -= 1
        if loader.words_left == 0:
            loader.ended = 1
    if restart:
        loader.count = loader.words_usable = loader.offset = loader.ended = loader.command = 0
        loader.batches_left -= 1
        if loader.batches_left > 0:
            loader.words_left = words_of_batch
    loader.rows_freed, loader.groups_released = rows_freed, groups_released


@numba.njit(cache=True)
def _available(loader, config, granules):
    return loader.words_usable * config.granules >= loader.offset + granules


@numba.njit(cache=True)
def stream_words(config, commands):
    """Words of the network stream of one run."""
    words = 0
    split = 1
    for index in range(len(commands)):
        command = commands[index]
        words += -(-config.record // config.granules)
        if command.opcode == LAYER:
            split = command.split
        if command.opcode == PASS:
            if command.has_parameters != 0:
                rows = config.lanes // split // config.encoders
                words += -(-rows * config.parameter_row // config.granules)
            words += -(-command.rows * config.cluster_row * (config.clusters // split) // config.granules)
    return words
