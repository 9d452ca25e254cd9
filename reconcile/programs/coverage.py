"""Counts of a programme per area, and what was declared and tested of it; nothing of identity."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from reconcile.indicators import LEVELS, areas_of
from reconcile.language import text
from reconcile.programs.criteria import show
from reconcile.programs.eligible import Assessment
from reconcile.programs.logic import Mask
from reconcile.programs.named import plain
from reconcile.programs.sentences import order_said
from reconcile.programs.settings import ServedBy
from reconcile.programs.tables import COUNT_NAMES, COVERAGE, LISTING, PROFILE, UNKNOWN
from reconcile.programs.values import Columns
from reconcile.programs.vocab import Outcome, Unit, View
from reconcile.programs.words import not_understood
from reconcile.vocab import Content, Language

#: Counts that need to know who is served.
_SERVICE = frozenset(
    n for n in COUNT_NAMES if "terlayani" in n or n in {"n_layak_belum", "n_dalam_kuota_belum"}
)
_SERVICE_KNOWN = _SERVICE - {"n_terlayani_ganda"}
#: First years of the classes of age in the profile.
_CLASSES = (0, 18, 25, 35, 45, 60)
_OPEN = 200


def _measures(assessed: Assessment) -> Mapping[str, Mask]:
    """Return of COUNT_NAMES which of the judged units count."""
    outcome, ranking, truth = assessed.outcome, assessed.ranking, assessed.served.truth
    measures = {
        "n_dinilai": np.ones(len(outcome), dtype=np.bool_),
        "n_layak": assessed.eligible.yes,
        "n_tidak_layak": assessed.eligible.no,
        "n_kelayakan_tidak_diketahui": assessed.eligible.unknown,
        "n_terlayani": truth.yes,
        "n_terlayani_ganda": assessed.served.twice,
        "n_layak_pengecualian_belum_diuji": assessed.untested_exclusion,
        "n_layak_pasangan_meragukan": assessed.doubtful,
        "n_dalam_kuota": ranking.inside,
        "n_dalam_kuota_belum": ranking.inside & truth.no,
    }
    by_outcome = {f"n_{one.value}": outcome == one for one in Outcome if f"n_{one.value}" in COUNT_NAMES}
    return {name: {**by_outcome, **measures}[name] for name in COUNT_NAMES}


def _counted(assessed: Assessment, columns: Columns) -> pd.DataFrame:
    """Return COUNT_NAMES of every village that has a judged unit, by its codes; one row has no village."""
    village = columns.areas["kode_desa"].take(assessed.family)
    words = village.words or ()
    places = np.where(village.known, village.data, len(words))
    measures = _measures(assessed).items()
    counts = {name: np.bincount(places[mask], minlength=len(words) + 1) for name, mask in measures}
    areas = columns.context.register.villages.set_index("kode_desa")[["kode_kec", "kode_kab"]]
    table = pd.DataFrame({"kode_desa": pd.Series([*words, None], dtype="str"), **counts})
    return table.join(areas, on="kode_desa")[table["n_dinilai"] > 0]


def _hidden(assessed: Assessment) -> frozenset[str]:
    """Return the counts that are not known: they stay empty, for a zero would be a claim."""
    if not assessed.tested:
        return frozenset(COUNT_NAMES) - {"n_dinilai"} - (_told_without_criteria(assessed))
    without_service = frozenset() if assessed.tells_service else _SERVICE
    quota = frozenset() if assessed.program.quota is not None else {"n_dalam_kuota", "n_dalam_kuota_belum"}
    return frozenset({*without_service, *quota})


def _told_without_criteria(assessed: Assessment) -> frozenset[str]:
    return frozenset({"n_terlayani", "n_terlayani_ganda"} if assessed.tells_service else ())


def coverage(assessed: Assessment, columns: Columns) -> pd.DataFrame:
    """Return COVERAGE of the programme: every area of every level, and a row for what has no village.

    The counts of each level add up to the same whole.
    """
    counted, hidden = _counted(assessed, columns), _hidden(assessed)
    villages = columns.context.register.villages
    language = columns.context.language
    levels = []
    for level, code in LEVELS.items():
        sums = counted.groupby(code, dropna=False)[COUNT_NAMES].sum()
        table = areas_of(villages, level).join(sums[sums.index.notna()], on="kode")
        table = table.fillna(dict.fromkeys(COUNT_NAMES, 0))
        lost = sums[sums.index.isna()].reset_index(drop=True)
        levels.append(pd.concat([table, lost.assign(tingkat=level)], ignore_index=True))
    table = pd.concat(levels, ignore_index=True).drop(columns=list(hidden))
    head = _head(assessed, language)
    return COVERAGE.build(table.assign(**{n: head[n] for n in ("program", "judul", "satuan", "keadaan")}))


def _head(assessed: Assessment, language: Language) -> dict[str, str]:
    program = assessed.program
    return {
        "program": program.name,
        "judul": program.title.of(language),
        "satuan": program.unit.value,
        "keadaan": text(f"state_{assessed.state.value}", language),
    }


def listing(assessed: Sequence[Assessment], columns: Columns) -> pd.DataFrame:
    """Return LISTING: a row per programme, in the order of the configuration."""
    rows = [_listed(one, columns) for one in assessed]
    return LISTING.build(pd.DataFrame(rows, columns=LISTING.names))


def _listed(assessed: Assessment, columns: Columns) -> dict[str, object]:
    program, language = assessed.program, columns.context.language
    by = program.served_by or ServedBy()
    hidden = _hidden(assessed)
    totals = {name: int(mask.sum()) for name, mask in _measures(assessed).items() if name not in hidden}
    has_list = bool(by.recipients) and columns.context.has(Content.RECIPIENTS)
    persons = program.unit is Unit.PERSON
    own = np.arange(len(columns.own))
    return {
        **_head(assessed, language),
        "instansi": program.office,
        "syarat": "; ".join(show(node) for node in program.needed),
        "pengecualian": "; ".join(show(node) for node in program.barred) or None,
        "prioritas": order_said(program, language),
        "kuota": _quota(program.quota),
        "sumber_penerima": ", ".join([*by.columns, *(f'"{name}"' for name in by.recipients)]) or None,
        "catatan": program.note.of(language) if program.note else None,
        "sebab": "; ".join(_lack(one, language) for one in assessed.lacking) or None,
        **totals,
        "n_baris_bagian": int((columns.own != own).sum()),
        "n_baris_penerima": assessed.served.rows if has_list else None,
        "n_baris_penerima_tidak_ditemukan": assessed.served.strangers if has_list else None,
        "n_tulisan_tidak_dikenal": _not_understood(assessed, columns),
        "n_orang_tanpa_keluarga": columns.people.lost if persons else None,
    }


def _quota(quota: int | Mapping[str, int] | None) -> str | None:
    if isinstance(quota, Mapping):
        return ", ".join(f"{code}: {places}" for code, places in sorted(quota.items()))
    return None if quota is None else str(quota)


def _lack(need: str, language: Language) -> str:
    if need == "recipients_program":
        return text("program_lack_in_list", language)
    if need == Content.RECIPIENTS:
        return text("lack_recipients", language)
    return text("lack_field", language, field=need)


def _not_understood(assessed: Assessment, columns: Columns) -> int:
    """Return how many written occupations and schoolings the programme needs and could not understand."""
    needs = {"punya_pekerja_negara": "pekerjaan", "bersekolah": "pendidikan"}
    spoken = {needs.get(name, name) for name in assessed.program.columns}
    rows = columns.people.rows
    return sum(not_understood(rows[name], name) for name in ("pekerjaan", "pendidikan") if name in spoken)


def profile(assessed: Assessment, columns: Columns) -> pd.DataFrame:
    """Return PROFILE: the eligible persons of each village by sex, age, schooling and occupation."""
    rows = np.flatnonzero(assessed.eligible.yes)
    units = assessed.units[rows]
    told = {
        name: columns.get(source, View.IN_FORCE, Unit.PERSON).take(units)
        for name, source in (("kelamin", "jenis_kelamin"), ("jenjang", "pendidikan"), ("kerja", "pekerjaan"))
    }
    age = plain(columns.get("umur", View.IN_FORCE, Unit.PERSON).take(units))
    labels = [_class(low, high) for low, high in zip(_CLASSES, (*_CLASSES[1:], _OPEN), strict=True)]
    bands = pd.cut(age.astype("float64"), [*_CLASSES, _OPEN], right=False, labels=labels)
    by_name = {**{name: plain(values) for name, values in told.items()}, "kelas_umur": bands}
    table = pd.DataFrame({n: one.cat.add_categories(UNKNOWN).fillna(UNKNOWN) for n, one in by_name.items()})
    table["kode_desa"] = plain(columns.areas["kode_desa"].take(assessed.family[rows]))
    table["inside"] = assessed.ranking.inside[rows].astype("int64")
    by = ["kode_desa", "kelamin", "kelas_umur", "jenjang", "kerja"]
    grouped = table.groupby(by, dropna=False, observed=True)["inside"]
    counted = grouped.agg(n_calon="size", n_dalam_kuota="sum").reset_index()
    counted = counted.astype(dict.fromkeys(by, "str")).sort_values(by, ignore_index=True)
    villages = columns.context.register.villages.set_index("kode_desa")[["nama_desa", "nama_kec", "nama_kab"]]
    counted = counted.join(villages, on="kode_desa").assign(program=assessed.program.name)
    if assessed.program.quota is None:
        counted = counted.drop(columns="n_dalam_kuota")
    return PROFILE.build(counted)


def _class(low: int, high: int) -> str:
    return f"{low}-{high - 1}" if high != _OPEN else f"{low}+"


def equations(coverage_rows: pd.DataFrame, listed: pd.DataFrame, families: int) -> dict[str, tuple[int, int]]:
    """Return the counts that must be equal before anything is published: name -> both sides.

    ``families`` is the number of reconciled households.
    """
    found = {}
    for row in listed.to_dict("records"):
        name, rows = row["program"], coverage_rows[coverage_rows["program"] == row["program"]]
        for level in LEVELS:
            sums = rows.loc[rows["tingkat"] == level, COUNT_NAMES].sum(min_count=1)
            for count in COUNT_NAMES:
                if pd.notna(row[count]):
                    found[f"{name}, {level}: {count} adds up"] = (int(sums[count]), int(row[count]))
        found |= _parts(name, row)
        if row["satuan"] == Unit.FAMILY:
            judged = int(row["n_dinilai"]) + int(row["n_baris_bagian"])
            found[f"{name}: every household judged or part of another"] = (judged, families)
    return found


def _parts(name: str, row: Mapping[Hashable, Any]) -> dict[str, tuple[int, int]]:
    """Return the wholes that are the sum of their parts, where all of them are known."""
    found = {}
    for whole, parts in WHOLES.items():
        counts = [row[part] for part in parts]
        if pd.notna(row[whole]) and all(pd.notna(count) for count in counts):
            found[f"{name}: {whole} is its parts"] = (int(row[whole]), sum(int(count) for count in counts))
    return found


WHOLES = {
    "n_dinilai": ("n_layak", "n_tidak_layak", "n_kelayakan_tidak_diketahui"),
    "n_layak": ("n_layak_terlayani", "n_layak_belum", "n_layak_layanan_tidak_diketahui"),
    "n_terlayani": (
        "n_layak_terlayani",
        "n_terlayani_tidak_layak_keduanya",
        "n_terlayani_tidak_layak",
        "n_terlayani_kelayakan_tidak_diketahui",
    ),
}
