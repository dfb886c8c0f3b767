"""The work of a person: one worker thread, the open document. QtCore only."""
