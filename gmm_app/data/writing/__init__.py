"""Results as tables in files: rows with what a mixture says of them, components with their numbers.

What is written is said in `rows.py` and `components.py`, how in a module per format; the ending of
a file's name says which (`formats.py`).
"""

from gmm_app.data.writing.components import write_parameters
from gmm_app.data.writing.formats import FORMATS, TEXT_FORMATS, Format, format_of
from gmm_app.data.writing.rows import SCORES, write_labels, write_rows

__all__ = [
    "FORMATS",
    "SCORES",
    "TEXT_FORMATS",
    "Format",
    "format_of",
    "write_labels",
    "write_parameters",
    "write_rows",
]
