"""The cases of a task, with what is right for them."""
