"""Grade hand-ins of an assignment: many of them, whatever is in them."""

__all__ = []
