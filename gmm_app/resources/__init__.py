"""Icon, fonts and desktop files."""
