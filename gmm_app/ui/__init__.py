"""Widgets: a file per panel or plot; no arithmetic beyond layout."""
