"""What a reviewer is shown of a pair: the values of both, a sign for each, and their people side by side."""

import numpy as np
import pandas as pd

from reconcile.language import text
from reconcile.review.tables import REVIEW_PEOPLE, SIDES
from reconcile.text.names import clean_names
from reconcile.vocab import Language, Relationship

SAME, OTHER, UNTOLD = "=", "≠", "–"
#: Column of a book -> the values that are shown in it, and by which they are compared.
FIELDS: dict[str, tuple[str, ...]] = {
    "nama": ("nama",),
    "nik": ("nik",),
    "no_kk": ("no_kk",),
    "tanggal_lahir": ("tanggal_lahir",),
    "jenis_kelamin": ("jenis_kelamin",),
    "alamat": ("alamat",),
    "rt_rw": ("rt", "rw"),
    "desa": ("nama_desa", "nama_kecamatan"),
    "jumlah_anggota": ("jumlah_anggota",),
}
_NUMBERS = ("nik", "no_kk")
_RELATION_RANK = {one.value: place for place, one in enumerate(Relationship)}
_FEW_DIGITS = 3
#: Left out where addresses are compared: RT and RW have a column of their own.
_ADDRESS = (r"\brt\b.*", r"[^\w]+", r"\b(?:jalan|jln|jl|nomor|no)\b")


def shown_values(pairs: pd.DataFrame, side: str) -> pd.DataFrame:
    """Return the text of each of FIELDS of one side of REVIEW_PAIRS; empty text where nothing is told."""
    return pd.DataFrame(
        {name: _shown(pairs, name, parts, side) for name, parts in FIELDS.items()}, index=pairs.index
    )


def _shown(pairs: pd.DataFrame, name: str, parts: tuple[str, ...], side: str) -> pd.Series:
    told = [_text(pairs[f"{part}_{side}"]) for part in parts]
    if len(told) == 1:
        return told[0]
    if name == "rt_rw":
        told = [one.str.zfill(3).where(one != "", "?") for one in told]
        return (told[0] + "/" + told[1]).where((told[0] != "?") | (told[1] != "?"), "")
    named = (told[0] + ", " + told[1]).str.strip(", ")
    return named.where(named != "", _text(pairs[f"kode_desa_{side}"]))


def _text(values: pd.Series) -> pd.Series:
    if pd.api.types.is_datetime64_any_dtype(values):
        values = values.dt.strftime("%Y-%m-%d")
    return values.astype("str").fillna("")


def signs(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return for each of FIELDS SAME, OTHER, or UNTOLD where one side says nothing.

    Villages are compared by their key where both have one, for they are written in many ways.
    """
    left, right = (shown_values(pairs, side) for side in SIDES)
    told = {}
    for name in FIELDS:
        one, two = (_plain(values[name], name) for values in (left, right))
        if name == "desa":
            keys = pairs["kode_desa_p3ke"], pairs["kode_desa_bps"]
            both = keys[0].notna() & keys[1].notna()
            one, two = one.mask(both, keys[0]), two.mask(both, keys[1])
        sign = np.where((one == "") | (two == ""), UNTOLD, np.where(one == two, SAME, OTHER))
        told[name] = pd.Series(sign, index=pairs.index, dtype="str")
    return pd.DataFrame(told)


def _plain(values: pd.Series, name: str) -> pd.Series:
    """Return what is compared of a text; of an address neither the word for street nor RT and RW."""
    plain = values.str.casefold()
    for pattern in _ADDRESS if name == "alamat" else ():
        plain = plain.str.replace(pattern, " ", regex=True)
    return plain.str.split().str.join(" ")


def differing_digits(pairs: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return for NIK and KK which few of their digits differ, in words; else empty text."""
    told = {}
    for name in _NUMBERS:
        one, two = (_text(pairs[f"{name}_{side}"]) for side in SIDES)
        said = [
            _digits(a, b, language) if a != b and len(a) == len(b) else ""
            for a, b in zip(one, two, strict=True)
        ]
        told[name] = pd.Series(said, index=pairs.index, dtype="str")
    return pd.DataFrame(told)


def _digits(one: str, two: str, language: Language) -> str:
    places = [str(n) for n, (a, b) in enumerate(zip(one, two, strict=True), start=1) if a != b]
    return text("review_digits", language, places=", ".join(places)) if len(places) <= _FEW_DIGITS else ""


def people_lines(people: pd.DataFrame, language: Language) -> pd.Series:
    """Return id_pasangan -> the persons of both families (REVIEW_PEOPLE) in lines, those in common first.

    Persons are brought together by NIK, else by birth date and sex, else by name; each line begins with a
    sign that stands for itself on paper too.
    """
    pairs = _together(people)
    name = _either(pairs["nama_p3ke"], pairs["nama_bps"])
    born = _either(_text(pairs["tanggal_lahir_p3ke"]), _text(pairs["tanggal_lahir_bps"]))
    relation = _either(
        _relations(pairs["hubungan_p3ke"], language), _relations(pairs["hubungan_bps"], language)
    )
    alone = {side: pairs[f"ada_{other}"].isna() for side, other in (("p3ke", "bps"), ("bps", "p3ke"))}
    differs = (name.str.contains(" ~ ") | born.str.contains(" ~ ")) & ~alone["p3ke"] & ~alone["bps"]
    head = pd.Series(SAME, index=pairs.index, dtype="str").mask(differs, OTHER)
    for side, is_alone in alone.items():
        head = head.mask(is_alone, text(f"review_only_{side}", language))
    nik = _nik_words(pairs, alone["p3ke"] | alone["bps"], language)
    born = born.where(born != "", "?")
    line = head + " " + name.where(name != "", "?") + " (" + relation + ", " + born + nik + ")"
    # as a family card has them
    place = pd.concat([pairs[f"hubungan_{side}"].map(_RELATION_RANK) for side in SIDES], axis="columns")
    order = pd.DataFrame(
        {
            "id": pairs["id_pasangan"],
            "rank": alone["p3ke"] * 1 + alone["bps"] * 2,
            "place": place.min(axis="columns"),
            "born": born,
            "line": line,
        }
    )
    order = order.sort_values(["id", "rank", "place", "born", "line"])
    said: pd.Series = order.groupby("id")["line"].agg("\n".join)
    return said


def _relations(values: pd.Series, language: Language) -> pd.Series:
    words = {name: text(f"review_relation_{name}", language) for name in values.dropna().unique()}
    return values.map(words).astype("str").fillna("?")


def _either(one: pd.Series, two: pd.Series) -> pd.Series:
    """Return what both say: one value where they agree or one is silent, else both, parted by a tilde."""
    one, two = one.astype("str").fillna(""), two.astype("str").fillna("")
    alike = (one.str.casefold() == two.str.casefold()) | (two == "") | (two == "?")
    value = (one + " ~ " + two).where(~alike, one)
    return value.where((one != "") & (one != "?"), two)


def _nik_words(pairs: pd.DataFrame, alone: "pd.Series[bool]", language: Language) -> pd.Series:
    one, two = pairs["nik_p3ke"], pairs["nik_bps"]
    both = one.notna() & two.notna() & ~alone
    said = pd.Series("", index=pairs.index, dtype="str")
    said = said.mask(both & (one == two), ", " + text("review_nik_same", language))
    return said.mask(both & (one != two), ", " + text("review_nik_other", language))


def _together(people: pd.DataFrame) -> pd.DataFrame:
    """Return a row per person of REVIEW_PEOPLE, both sides' columns; nobody stands in two rows."""
    rows = people.assign(
        ada=1,
        born=_text(people["tanggal_lahir"]) + _text(people["jenis_kelamin"]),
        plain=clean_names(people["nama"]).fillna(""),
    )
    rows["born"] = rows["born"].where(people["tanggal_lahir"].notna())
    rows["plain"] = rows["plain"].where(rows["plain"] != "")
    left, right = (rows[rows["sisi"] == side].reset_index(drop=True) for side in SIDES)
    found = []
    for by in ("nik", "born", "plain"):
        met = _met(left, right, by)
        found.append(met)
        # what is left keeps its numbers, those of the whole
        left, right = left[~left.index.isin(met["left"])], right[~right.index.isin(met["right"])]
    whole = [rows[rows["sisi"] == side].reset_index(drop=True) for side in SIDES]
    pairs = pd.concat(found, ignore_index=True)
    alone = [pd.DataFrame({"left": left.index}), pd.DataFrame({"right": right.index})]
    pairs = pd.concat([pairs, *alone], ignore_index=True).astype("Int64")
    columns = ["id_pasangan", "ada", *(n for n in REVIEW_PEOPLE.names if n not in {"id_pasangan", "sisi"})]
    sides = [
        table[columns].reindex(pairs[side].astype("float64")).reset_index(drop=True)
        for table, side in zip(whole, ("left", "right"), strict=True)
    ]
    joined = sides[0].add_suffix("_p3ke").join(sides[1].add_suffix("_bps"))
    return joined.assign(id_pasangan=joined["id_pasangan_p3ke"].fillna(joined["id_pasangan_bps"]))


def _met(left: pd.DataFrame, right: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return the rows of both sides with one value of ``by`` in one pair; the n-th of many meets the n-th."""
    keys = ["id_pasangan", by]
    one, two = (
        side.dropna(subset=[by]).assign(
            turn=lambda t: t.groupby(keys).cumcount(), **{name: lambda t: t.index}
        )
        for side, name in ((left, "left"), (right, "right"))
    )
    met = one[[*keys, "turn", "left"]].merge(two[[*keys, "turn", "right"]], on=[*keys, "turn"])
    return met[["left", "right"]]
