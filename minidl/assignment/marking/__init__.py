"""A hand-in is marked: called in workers, judged here."""
