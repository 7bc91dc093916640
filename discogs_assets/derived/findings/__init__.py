"""The rules that find questionable records, and the table of what they find."""
