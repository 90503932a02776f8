"""What a student does in the folder of a hand-out: check, pack, ask what is missing."""
