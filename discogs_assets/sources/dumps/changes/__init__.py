"""Which records changed from one dump to the next, and how."""
