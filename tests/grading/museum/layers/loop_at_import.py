"""HOSTILE layers.py: timed out; a loop that never ends, before any function is defined."""

while True:
    pass
