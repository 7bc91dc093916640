"""How things are shown to people: text, Markdown, charts, rows, progress, the terminal."""
