"""Real servers for the tests of exports, as scripts/services installs and runs them."""
