"""How much a delivered file may ask for, and how a reader says no."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Limits:
    """Bounds for one delivered file.

    Bytes: ``size`` as delivered, ``unpacked`` of all members of an archive or workbook, ``memory`` of the
    reading process (where the system can hold it). ``seconds`` of wall clock in that process. Members of an
    archive: how many, and how far one above ``ratio_from`` bytes may unpack (200 MB pack 1,028:1, H38).
    """

    size: int = 2 * 2**30
    unpacked: int = 4 * 2**30
    memory: int = 4 * 2**30
    seconds: float = 600.0
    members: int = 200
    ratio: int = 100
    ratio_from: int = 2**20

    def told(self) -> dict[str, float]:
        """Return the limits as the reading process is told them."""
        return asdict(self)


class RefusedError(Exception):
    """A content that cannot be read: the code of its fault and the fields of its sentence.

    Becomes an InputError that names the file where its label is known; never holds a library's message.
    """

    def __init__(self, code: str, **details: str) -> None:
        self.code = code
        self.details = details
        super().__init__(code)
