"""The command line: fit, predict, sample, and the window."""

from __future__ import annotations

from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code: 0, 2 for bad usage or input, 130 when interrupted."""
    try:
        from gmm_app.cli.commands import run

        return run(argv)
    except KeyboardInterrupt:
        return 130
