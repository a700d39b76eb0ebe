"""Text into commands and typed values. Pure: no records, no clock, no channel."""
