"""How many times as fast as another function a hand-in is, seen from outside."""
