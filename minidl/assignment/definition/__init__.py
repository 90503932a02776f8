"""An assignment's folder is read: ``assignment.toml``, and what it says about the source."""
