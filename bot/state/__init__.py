"""People's data, and what was promised to them: the only room with SQL that writes.

Everything happens in a transaction of `store.State`. Names, telephones and talk are encrypted, openids
hashed.
"""
