"""What may be read, by whom: the only doors to rows."""
