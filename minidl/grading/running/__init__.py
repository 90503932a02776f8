"""Many hand-ins are graded: here, side by side, or on a cluster, and after any end."""
