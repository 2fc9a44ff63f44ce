"""The questions that are asked of a line, one subject a file, one signature.

A check is asked about the case at hand and adds what it finds to `case.findings`. At load each
code gets only the checks that can speak of it (adjudication/compiling.py).
"""
