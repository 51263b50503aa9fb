"""`firstspike bench`: what the processor and the tools around it cost in cycles, seconds and memory."""
