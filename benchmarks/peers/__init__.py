"""The other programs: how each is installed and how each is asked to iterate EM."""
