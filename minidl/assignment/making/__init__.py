"""What an instructor does: start an assignment, and build its hand-out and bundle."""
