"""In which form an identity was found; the forms are a closed list, each with a word in the catalogue."""

from enum import StrEnum


class Form(StrEnum):
    """How an identity stood in a file."""

    PLAIN = "utuh"
    SEPARATED = "berpemisah"
    LOST = "digit_hilang"
    REVERSED = "terbalik"
    STORED = "biner"
    CODED = "tersandi"
    HASHED = "hash"
    MASKED = "tersamar"
    NAME_AND_BIRTH = "nama_lahir"
    NAME = "nama_langka"
