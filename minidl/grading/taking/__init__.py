"""Hand-ins as they come, of which only the editable files are taken."""
