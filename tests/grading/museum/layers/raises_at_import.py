"""HOSTILE layers.py: wrong; an error of its own on the way in."""

raise RuntimeError("passed\npassed\r\n\x1b[32mpassed\x1b[0m")
