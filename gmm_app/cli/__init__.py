"""The command line: fit, predict, sample, and the window."""

from gmm_app.cli.commands import main as main
