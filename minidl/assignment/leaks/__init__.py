"""A hand-out is searched for what students must not get."""
