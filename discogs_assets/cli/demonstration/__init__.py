"""The demo: two made-up months, imported, compared and asked."""
