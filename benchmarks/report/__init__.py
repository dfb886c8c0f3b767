"""From stored numbers to RESULTS.md and its picture."""
