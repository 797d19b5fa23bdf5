"""The numbers and words that tidy.py and its samples share."""

FILE_LINES = 500
FUNCTION_LINES = 70
LINE_CHARACTERS = 100

# Written in two halves so that this file does not break its own rule.
UNFINISHED = ["todo" "!", "unimplemented" "!", "FIX" "ME", "TO" "DO", "XX" "X", "HA" "CK"]
MACHINE_PATHS = ["/wo" "rk/", "/ro" "ot/"]
