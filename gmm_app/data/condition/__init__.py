"""Conditions that choose rows, such as ``CD4 > 200 and CD8 < 400``: read, checked, evaluated.

A condition is parsed to the nodes of `syntax` and evaluated from them alone. The language has no
statement, no attribute and no function beyond those of `syntax.FUNCTIONS`, so that a condition can
choose rows and do nothing else.
"""
