"""How a registry writes what it knows: names, NIK, birth dates, places, welfare; with the usual damage.

``damage`` changes names, NIKs, birth dates, sexes, addresses and aid in place. It adds to ``members``:
``gelar`` (title, a word or ``NONE``), ``rapat`` (last two words written as one), ``cacat_nik`` (a
``NikDamage``), ``nik_pinjam`` (the NIK of another person), ``tanggal_kosong``; to ``families``:
``desa_nama`` (village whose names are written), ``kode_kosong``, ``kode_asing``, ``nama_kosong``,
``desil_kosong``, ``desil_mustahil``, ``titik`` (a ``PointDamage``), ``mapan`` (its house is not a poor one).
"""

from dataclasses import replace
from enum import IntEnum

import numpy as np
import pandas as pd

from reconcile.sample.columns import NONE, Flags, Ints, calendar, chance, day_number, flags, ints, to_days
from reconcile.sample.extract import Extract
from reconcile.sample.lexicon import SPELLINGS, Lexicon
from reconcile.sample.rates import DamageRates


class NikDamage(IntEnum):
    """How a NIK is written; kinds after ``formats.md`` 4.2."""

    NONE = 0
    MISSING = 1
    TYPO = 2
    TRANSPOSED = 3
    PLACEHOLDER = 4
    SCIENTIFIC = 5
    ROUNDED = 6
    FLOAT = 7
    APOSTROPHE = 8
    SHORT = 9


#: Written where P3KE has a decile that it cannot have (``desil_mustahil``): it is of the poorest 40 percent.
P3KE_BEYOND = 7


class PointDamage(IntEnum):
    """How a coordinate is written."""

    NOT_MEASURED = 0
    MEASURED = 1
    SWAPPED = 2
    ELSEWHERE = 3
    ZERO = 4


def damage(
    extract: Extract, rates: DamageRates, lexicon: Lexicon, villages: pd.DataFrame, rng: np.random.Generator
) -> Extract:
    """Return the extract with everything added that its files will say wrongly."""
    members = _dates(rng, _niks(rng, _names(rng, extract.members, rates, lexicon), rates), rates)
    addressed = _addresses(rng, extract.families, rates, lexicon)
    families = _points(rng, _welfare(rng, _places(rng, addressed, rates, villages), rates), rates)
    solid = chance(rng, rates.house_contradicts, len(families))
    return replace(extract, families=families.assign(mapan=solid), members=members)


def _names(
    rng: np.random.Generator, members: pd.DataFrame, rates: DamageRates, lexicon: Lexicon
) -> pd.DataFrame:
    size = len(members)
    name = members[["kata1", "kata2", "kata3"]].to_numpy(dtype=np.int64)
    name = _respelled(rng, name, lexicon.variants, rates.name_short_form)
    name = _respelled(rng, name, lexicon.typos, rates.name_typo)
    has_opening, has_closing = name[:, 0] >= 0, name[:, 2] >= 0
    dropped = chance(rng, rates.name_dropped, size)
    opening_goes = dropped & has_opening
    name[:, 2] = np.where(dropped & ~has_opening, NONE, name[:, 2])
    name[:, 0] = np.where(opening_goes, NONE, name[:, 0])
    turned = chance(rng, rates.name_reordered, size) & has_closing & ~dropped
    name[turned, 1], name[turned, 2] = name[turned, 2], name[turned, 1].copy()
    adult = ints(members["lahir"]) < day_number("1990-01-01")
    titled = chance(rng, rates.name_title, size) & adult
    titles = [lexicon.index(lexicon.lists.gelar[sex]) for sex in ("wanita", "pria")]
    drawn = [group[rng.integers(0, len(group), size)] for group in titles]
    title = np.where(titled, np.where(flags(members["pria"]), drawn[1], drawn[0]), NONE)
    tight = chance(rng, rates.name_joined, size) & (name[:, 2] >= 0)
    return members.assign(
        kata1=name[:, 0],
        kata2=name[:, 1],
        kata3=name[:, 2],
        gelar=title,
        rapat=tight,
    )


def _respelled(rng: np.random.Generator, name: Ints, spellings: Ints, rate: float) -> Ints:
    """Return names of which one word, in a share ``rate`` of them, is one of its other ``spellings``."""
    size = len(name)
    hit = np.flatnonzero(chance(rng, rate, size))
    column = rng.integers(0, 3, len(hit))
    column = np.where(name[hit, column] >= 0, column, 1)
    word = name[hit, column]
    # a word that was respelled already has no row of its own
    known = word < len(spellings)
    other = spellings[np.where(known, word, 0), rng.integers(0, SPELLINGS, len(hit))]
    respelled = name.copy()
    respelled[hit, column] = np.where(known & (other >= 0), other, word)
    return respelled


def _niks(rng: np.random.Generator, members: pd.DataFrame, rates: DamageRates) -> pd.DataFrame:
    size = len(members)
    shares = [
        rates.nik_missing,
        rates.nik_typo,
        rates.nik_transposed,
        rates.nik_placeholder,
        rates.nik_scientific,
        rates.nik_rounded,
        rates.nik_float,
        rates.nik_apostrophe,
        rates.nik_short,
    ]
    kind = np.searchsorted(np.cumsum(shares), rng.random(size), side="right") + 1
    kind = np.where(kind > len(shares), int(NikDamage.NONE), kind)
    nik = ints(members["nik"])
    borrowed = chance(rng, rates.nik_of_another, size)
    nik = np.where(borrowed, np.roll(nik, 5), nik)
    nik = np.where(kind == NikDamage.TYPO, _typed_wrong(rng, nik), nik)
    nik = np.where(kind == NikDamage.TRANSPOSED, _transposed(rng, nik), nik)
    nik = np.where(kind == NikDamage.ROUNDED, nik // 10 * 10, nik)
    return members.assign(nik=nik, cacat_nik=kind, nik_pinjam=borrowed)


def _typed_wrong(rng: np.random.Generator, nik: Ints) -> Ints:
    """Return NIKs with one digit of the last fourteen replaced."""
    unit = _powers(rng, 14, len(nik))
    digit = nik // unit % 10
    step = (digit + rng.integers(1, 10, len(nik))) % 10 - digit
    return np.asarray(nik + step * unit, dtype=np.int64)


def _transposed(rng: np.random.Generator, nik: Ints) -> Ints:
    """Return NIKs with two neighbouring digits of the last fourteen swapped."""
    unit = _powers(rng, 13, len(nik))
    low, high = nik // unit % 10, nik // (unit * 10) % 10
    return np.asarray(nik + (high - low) * unit + (low - high) * unit * 10, dtype=np.int64)


def _powers(rng: np.random.Generator, below: int, size: int) -> Ints:
    return np.array([10**place for place in range(below)], dtype=np.int64)[rng.integers(0, below, size)]


def _dates(rng: np.random.Generator, members: pd.DataFrame, rates: DamageRates) -> pd.DataFrame:
    size, born = len(members), ints(members["lahir"])
    year, month, day = calendar(born)
    new_year = chance(rng, rates.date_new_year, size)
    swapped = chance(rng, rates.date_swapped, size) & (day <= 12)
    off = chance(rng, rates.date_year_off, size)
    year = year + np.where(off, rng.choice([-3, -2, -1, 1, 2, 10], size), 0)
    # a child of the last years must not be born in the future
    year = np.minimum(year, 2025)
    first = np.where(new_year, 1, np.where(swapped, day, month))
    second = np.where(new_year, 1, np.where(swapped, month, day))
    written = np.where(new_year | swapped | off, to_days(year, first, second), born)
    return members.assign(
        lahir=written,
        tanggal_kosong=chance(rng, rates.date_missing, size),
        pria=flags(members["pria"]) ^ chance(rng, rates.sex_flipped, size),
    )


def _addresses(
    rng: np.random.Generator, families: pd.DataFrame, rates: DamageRates, lexicon: Lexicon
) -> pd.DataFrame:
    """Return families of which some live, in this registry, in another street or RT; the moved ones do."""
    size, lists = len(families), lexicon.lists
    moved = flags(families["desa"] != families["desa_asal"])
    street = moved | chance(rng, rates.address_other, size)
    other_rt = moved | chance(rng, rates.rt_other, size)
    drawn = rng.integers(0, len(lists.jalan) + len(lists.dusun), size)
    return families.assign(
        jalan=np.where(street, drawn, families["jalan"]),
        rt=np.where(other_rt, rng.integers(1, 15, size), families["rt"]),
    )


def _places(
    rng: np.random.Generator, families: pd.DataFrame, rates: DamageRates, villages: pd.DataFrame
) -> pd.DataFrame:
    size = len(families)
    blank = chance(rng, rates.village_blank, size)
    other = chance(rng, rates.village_name_other, size) & ~blank
    unknown = chance(rng, rates.village_unknown, size) & ~blank & ~other
    village = ints(families["desa"])
    return families.assign(
        kode_kosong=blank,
        kode_asing=unknown,
        nama_kosong=blank & chance(rng, 0.3, size),
        desa_nama=np.where(other, (village + rng.integers(1, len(villages), size)) % len(villages), village),
    )


def _welfare(rng: np.random.Generator, families: pd.DataFrame, rates: DamageRates) -> pd.DataFrame:
    size = len(families)
    blank: Flags = chance(rng, rates.desil_blank, size)
    impossible = chance(rng, rates.desil_impossible, size) & ~blank
    aid = flags(families["pkh"]) ^ chance(rng, rates.aid_differs, size)
    return families.assign(desil_kosong=blank, desil_mustahil=impossible, pkh=aid)


def _points(rng: np.random.Generator, families: pd.DataFrame, rates: DamageRates) -> pd.DataFrame:
    draw, size = rng.random(len(families)), len(families)
    wrong = np.searchsorted(np.cumsum([rates.point_swapped, rates.point_elsewhere, rates.point_zero]), draw)
    kind = np.where(wrong < 3, wrong + int(PointDamage.SWAPPED), int(PointDamage.MEASURED))
    measured = chance(rng, rates.measured, size)
    return families.assign(titik=np.where(measured, kind, int(PointDamage.NOT_MEASURED)))
