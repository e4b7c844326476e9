"""Speed, memory and truth, measured as a user meets them: whole processes, from outside. Nothing here asserts a time."""
