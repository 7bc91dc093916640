"""The command `discogs-assets`, a file a sub-command: options, work, output."""
