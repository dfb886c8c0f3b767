"""Who computes a pass over the rows."""
