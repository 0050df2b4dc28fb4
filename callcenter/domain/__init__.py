"""The vocabulary every room shares. Pure: no clock, no I/O, no randomness.

Read in this order:
:mod:`contact`, :mod:`agent`, :mod:`config`, :mod:`events`, :mod:`commands`, :mod:`facts`, :mod:`ports`.
"""
