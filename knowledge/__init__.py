"""The facts: content files, checked and compiled into a database that is only read.

The way of a file: sheets or documents (text) → tables (rows by schema) → reader (checked dataclasses) → compiler.
Nothing here imports another room, and only what serves (base, records, hours, coordinates) is loaded by a worker.
"""
