"""Tables computed from other tables."""
