"""Masters by tag and their videos, as Redis and the command `videos` have them."""
