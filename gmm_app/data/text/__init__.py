"""How text files are written: encodings, delimiters, quotes, headings."""
