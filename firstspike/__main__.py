"""`python -m firstspike`: the same as the command `firstspike`."""

from firstspike.command_line import main

main(prog_name="firstspike")
