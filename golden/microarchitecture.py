"""Depths of queues and widths of the processor that are no configuration choice; RTL and golden model share them."""

COMMAND_QUEUE_DEPTH = 4
"""Records between loader and sequencer."""

PARAMETER_SLOTS = 4
"""Output channel groups whose biases and offsets the processor can hold at a time."""

PASSES_IN_FLIGHT = 4
"""Passes that some cluster group has started and not all have finished."""

STEP_QUEUE_DEPTH = 2
"""Steps between position walker and fetch."""

WORD_QUEUE_DEPTH = 8
"""Words with events between fetch and extraction: bridges stretches of empty words."""

EVENT_QUEUE_DEPTH = 2
"""Events between extraction and issue."""

PENDING_IMAGES = 4
"""Complete images in the image buffer."""

RESULT_QUEUE_DEPTH = 2
"""Words between packet sender and result stream."""

OFFSET_BITS = 8
"""Of a channel offset; the rest of a channel's parameters is its bias."""
