"""Of which area, run and period a list of families to visit is, in words."""

from dataclasses import dataclass

import pandas as pd

from reconcile.language import text
from reconcile.vocab import Language

#: The two lists, in the order in which they stand side by side.
SIDES = ("p3ke", "bps")
#: What both lists tell of a family.
TOLD = ("nama", "nik", "no_kk", "tanggal_lahir", "rt_rw", "jumlah_anggota", "alamat")


@dataclass(frozen=True)
class Round:
    """What all lists of one run share.

    ``day`` is the run's reference date, ``sources`` name the lists that were compared with their editions,
    ``contact`` is whom a village may ask, empty where nobody was named.
    """

    run: str
    period: str
    day: str
    sources: tuple[str, ...]
    contact: str
    language: Language


@dataclass(frozen=True)
class ListOf:
    """One list: its area in full and in short, its size, and when it is due; unknown codes are empty."""

    round: Round
    area: str
    short: str
    village: str
    regency: str
    count: int
    due: str

    @classmethod
    def of(cls, rows: pd.DataFrame, of_round: Round) -> "ListOf":
        """Return what WORKLIST ``rows`` of one village are the list of."""
        first = rows.iloc[0]
        village, regency = (_known(first[name]) for name in ("kode_desa", "kode_kab"))
        level = "list_area" if village else "list_area_unplaced" if regency else "list_area_nowhere"
        area = text(
            level,
            of_round.language,
            village=first["nama_desa"],
            code=village,
            district=first["nama_kec"],
            regency=first["nama_kab"],
        )
        names = (first["nama_desa"], village, first["nama_kec"] if village else first["nama_kab"])
        short = ", ".join(name for name in names if isinstance(name, str) and name) or area
        return cls(of_round, area, short, village, regency, len(rows), str(rows["jatuh_tempo"].max()))

    @property
    def language(self) -> Language:
        """Return the language of the list."""
        return self.round.language

    @property
    def about(self) -> str:
        """Return period, run, size and due day as a sentence."""
        told = {"period": self.round.period, "run": self.round.run, "count": self.count, "due": self.due}
        return text("list_about", self.language, **told)

    @property
    def footer(self) -> str:
        """Return the footer of every page: area, class, page number."""
        area = self.short.replace("&", "&&")
        page, total = (text(name, self.language) for name in ("list_page", "list_of"))
        return f"&L&8{area}&C&8{text('list_class', self.language)}&R&8{page} &P {total} &N"

    def title(self, key: str) -> str:
        """Return the sentence of ``key`` with the area in it."""
        return text(key, self.language, area=self.area)


def label(name: str, side: str, language: Language) -> str:
    """Return the heading of what one list tells."""
    return f"{text(f'list_{name}', language)} ({side.upper()})"


def _known(code: object) -> str:
    return code if isinstance(code, str) else ""
