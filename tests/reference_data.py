"""Where the reference data sets and another program's results on them are."""

from pathlib import Path

REFERENCE = Path(__file__).parent / "reference"
