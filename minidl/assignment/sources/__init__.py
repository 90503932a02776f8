"""Source code as text: where its functions and marks are, what it imports, what stays of it."""
