"""Names, NIK, dates and addresses as text, damaged as the extract says."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from reconcile.sample.columns import (
    Days,
    Ints,
    blanked,
    dates,
    either,
    flags,
    ints,
    joined,
    number,
    pick,
    same,
    words,
)
from reconcile.sample.damage import NikDamage
from reconcile.sample.lexicon import Lexicon

EXCEL_EPOCH = 25_569
#: Rotating shares of date forms: each form is used for its number of rows out of every hundred.
DateForms = tuple[tuple[str, int], ...]


def name_text(members: pd.DataFrame, lexicon: Lexicon) -> pa.Array:
    """Return each person's name with its title, as this registry writes it."""
    title, first, second, third = (
        pick(lexicon.words, ints(members[column])) for column in ("gelar", "kata1", "kata2", "kata3")
    )
    core = either(flags(members["rapat"]), joined(second, third), joined(second, third, separator=" "))
    return joined(title, first, core, separator=" ")


def nik_text(members: pd.DataFrame) -> pa.Array:
    """Return each person's NIK as its cell shows it."""
    nik, kind = ints(members["nik"]), ints(members["cacat_nik"])
    text = number(nik)
    head, tail = number(nik // 10**15), number(nik // 10**10 % 10**5, 5)
    shown = {
        NikDamage.PLACEHOLDER: either(nik % 2 == 0, "0000000000000000", "9999999999999999"),
        NikDamage.SCIENTIFIC: joined(head, ",", tail, "E+15"),
        NikDamage.FLOAT: joined(text, ".0"),
        NikDamage.APOSTROPHE: joined("'", text),
        NikDamage.SHORT: number(nik // 10),
    }
    for damage, form in shown.items():
        text = either(kind == damage, form, text)
    return blanked(kind == NikDamage.MISSING, text)


def date_text(members: pd.DataFrame, forms: DateForms, rng: np.random.Generator) -> pa.Array:
    """Return birth dates in a mixture of ``forms`` (strftime pattern and its share in percent).

    The pattern ``serial`` gives the number of days that a spreadsheet stores.
    """
    days = ints(members["lahir"])
    draw = rng.integers(0, 100, len(days))
    text = _dated(days, forms[0][0])
    low = forms[0][1]
    for pattern, share in forms[1:]:
        text = either((draw >= low) & (draw < low + share), _dated(days, pattern), text)
        low += share
    return blanked(flags(members["tanggal_kosong"]), text)


def _dated(days: Days, pattern: str) -> pa.Array:
    return number(days + EXCEL_EPOCH) if pattern == "serial" else dates(days, pattern)


def street_text(families: pd.DataFrame, lexicon: Lexicon, road: str, hamlet: str) -> pa.Array:
    """Return road with house number, or hamlet; ``road`` and ``hamlet`` are the words in front."""
    lists = lexicon.lists
    place = words([f"{road} {w}" for w in lists.jalan] + [f"{hamlet} {w}" for w in lists.dusun])
    street = ints(families["jalan"])
    house = joined(" NO ", number(ints(families["nomor"])))
    text = pick(place, street)
    return either(street < len(lists.jalan), joined(text, house), text)


def rt_rw_text(families: pd.DataFrame) -> tuple[pa.Array, pa.Array]:
    """Return RT and RW, some as ``003``, some as ``3``."""
    padded = ints(families["nomor"]) % 3 != 0
    rt, rw = ints(families["rt"]), ints(families["rw"])
    return either(padded, number(rt, 3), number(rt)), either(padded, number(rw, 3), number(rw))


def desil_text(families: pd.DataFrame, column: str, impossible: str) -> pa.Array:
    """Return the decile, missing or ``impossible`` where the extract says so."""
    text = either(flags(families["desil_mustahil"]), impossible, number(ints(families[column])))
    return blanked(flags(families["desil_kosong"]), text)


def yes_no(values: pd.Series) -> pa.Array:
    """Return Ya and Tidak."""
    return either(flags(values), same("Ya", len(values)), "Tidak")


def ages(members: pd.DataFrame, at: int) -> Ints:
    """Return completed years of age at day ``at``."""
    return np.maximum((at - ints(members["lahir"])) * 4 // 1461, 0)


def of_rows(text: pa.Array, rows: Ints) -> pa.Array:
    """Return the family's text for each of its members."""
    return pc.take(text, pa.array(rows))
