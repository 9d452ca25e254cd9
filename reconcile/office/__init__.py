"""Sheets that offices fill in: programmes with their budget per quarter, and what became of audits.

The first is the shell of "Matriks 2" of the quarterly report (Inpres 4/2022): strategy, office, target,
realisation and rupiah. Offices tell the numbers; what is wrong with them is said here, and nothing is mended.
"""
