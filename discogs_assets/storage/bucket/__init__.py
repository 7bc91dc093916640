"""A bucket for the lake: whether it is there, how it is set up, what it holds, what that costs."""
