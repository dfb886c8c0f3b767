"""Models for other programs, as scripts, and from them, as they write them themselves."""
