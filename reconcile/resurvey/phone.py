"""What of a family may stand on a phone: enough to find the house, not who lives in it.

A phone gets lost, and exports of it are passed on. So it carries no NIK, no number of a family card, no birth
date and no full name: a name is the first and last letter of each word ("S..i A..h"), of a short word the
first alone. With RT, RW, street and the rank that the paper list bears too, whoever knows the village knows
the house; whoever does not learns no name. Words of the address that are words of the family's names, and
runs of digits that may be a number of a person, are left out. A name of somebody else that an address
mentions cannot be told from a street: it stays.
"""

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from reconcile.tables import Column, Table

PHONE_LINES = Table(
    "phone_lines",
    (
        Column("id_tugas", "text", "task", required=True),
        Column("urutan", "whole", "rank within the village, 1 first", required=True),
        Column("kode_desa", "text", "village key; missing: the family is not placed"),
        Column(
            "nama_singkat", "text", "first and last letters of the head's name, of both lists if they differ"
        ),
        Column("rt_rw", "text", "RT and RW as RT 002 RW 001"),
        Column("alamat_singkat", "text", "address without words of the names and long numbers"),
        Column("alasan_dicek", "text", "why, in plain sentences", required=True),
        Column("jatuh_tempo", "text", "day that the answer is due", required=True),
    ),
)

#: Stands for what is left out.
LEFT_OUT = ".."
_LETTERS_BOTH = 4
_LEAST_OF_NAME = 3
_NUMBER_OF_PERSON = r"\d(?:[.\- ]?\d){7,}"


def phone_lines(rows: pd.DataFrame) -> pd.DataFrame:
    """Return PHONE_LINES of WORKLIST ``rows``, a line each, in their order, without any identity."""
    told = rows.reset_index(drop=True)
    names = pd.concat([told["nama_p3ke"], told["nama_bps"]]).dropna()
    return PHONE_LINES.build(
        told[["id_tugas", "urutan", "kode_desa", "jatuh_tempo"]].assign(
            nama_singkat=_both(short_names(told["nama_p3ke"]), short_names(told["nama_bps"])),
            rt_rw=_neighbourhood(told),
            alamat_singkat=_both(_without(told["alamat_p3ke"], names), _without(told["alamat_bps"], names)),
            alasan_dicek=_no_numbers(told["alasan_dicek"]),
        )
    )


def short_names(names: pd.Series) -> pd.Series:
    """Return first and last letter of each word of a name: "SITI AMINAH" is "S..i A..h", "ALI" is "A..".

    The dots are always two, so that they do not tell how long a name is. The index is that of ``names``.
    """
    words = _words(names.str.replace(r"[^\w\s]|[\d_]", " ", regex=True))
    last = words.str[-1].str.lower().where(words.str.len() >= _LETTERS_BOTH, "")
    return _lines(words.str[0].str.upper() + LEFT_OUT + last, names)


def _neighbourhood(rows: pd.DataFrame) -> pd.Series:
    """Return "RT 002 RW 001", where the lists differ both numbers of it, missing where none is known."""
    parts = []
    for name in ("rt", "rw"):
        one, other = (
            n.astype("str").str.zfill(3).where(n.notna()) for n in (rows[f"{name}_p3ke"], rows[f"{name}_bps"])
        )
        written = _both(one, other, "/")
        parts.append((f"{name.upper()} " + written).fillna(""))
    joined = (parts[0] + " " + parts[1]).str.strip()
    return joined.where(joined != "").astype("str")


def _without(texts: pd.Series, names: pd.Series) -> pd.Series:
    """Return ``texts`` without the words of the row's ``names``, whose index may hold a row twice."""
    words = _words(_no_numbers(texts))
    bare = words.str.replace(r"\W", "", regex=True).str.lower()
    of_names = _words(names.str.replace(r"[^\w\s]", " ", regex=True)).str.lower()
    of_names = of_names[of_names.str.len() >= _LEAST_OF_NAME]
    known = pd.MultiIndex.from_arrays([of_names.index, of_names.to_numpy()])
    found = pd.MultiIndex.from_arrays([words.index, bare.to_numpy()]).isin(known)
    return _lines(words.mask(found, LEFT_OUT), texts)


def _no_numbers(texts: pd.Series) -> pd.Series:
    return texts.str.replace(_NUMBER_OF_PERSON, LEFT_OUT, regex=True)


def _words(texts: pd.Series) -> pd.Series:
    """Return the words of each text, its index once per word."""
    return texts.str.split().explode().dropna().astype("str")


def _lines(words: pd.Series, like: pd.Series) -> pd.Series:
    """Return the words of each row of ``like`` joined by blanks, missing where there are none."""
    # words stand in the order of the rows, so that each row is a stretch of them
    counts = words.index.value_counts().reindex(like.index, fill_value=0)
    offsets = pa.array([0, *counts.cumsum()], type=pa.int32())
    lists = pa.ListArray.from_arrays(offsets, pa.array(words.to_numpy(object), type=pa.string()))
    joined = pd.Series(pc.binary_join(lists, " ").to_pandas(), dtype="str").set_axis(like.index)
    return joined.where(joined != "")


def _both(one: pd.Series, other: pd.Series, sign: str = " / ") -> pd.Series:
    """Return what both lists say, parted by ``sign`` where they differ."""
    differ = one.notna() & other.notna() & (one != other)
    return one.fillna(other).mask(differ, one + sign + other)
