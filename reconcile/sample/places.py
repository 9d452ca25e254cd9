"""Villages of the sample in both code systems: invented ones, or real ones from a reference folder.

``villages`` (one row per village, sorted by ``kode``) has: ``kode`` (current dotted Kemendagri code),
``kode_lama`` (the code before the split, else empty), ``nama``, ``jenis``, ``kode_kec``, ``nama_kec``,
``nama_kec_lama`` (of ``kode_lama``), ``kode_kab``, ``nama_kab``, ``kode_bps`` (ten digits), ``nama_bps``,
``nama_kec_bps``, ``nama_kab_bps``, ``kec`` (number of the kecamatan, in the order of ``kode_kec``) and
``bobot`` (relative number of families of its kabupaten).
"""

from dataclasses import dataclass

import pandas as pd
from pydantic import BaseModel, ConfigDict

from reconcile.resources import read_yaml

#: Headings of the bridging list: those of the public crosswalk, so that one declaration reads both.
BRIDGING = [
    "level",
    "kode_bps",
    "nama_bps",
    "kode_dagri_bridging",
    "kode_kemendagri_2025",
    "nama_kemendagri",
    "jenis",
    "status",
]
RECODE = ["kode_lama_2020", "nama_lama", "kode_baru_2022", "nama_baru"]


class District(BaseModel):
    """A kecamatan of ``tempat.yaml`` with its villages (name, Kemendagri suffix, BPS suffix, former code)."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    kode: str
    kode_bps: str
    nama: str
    kecamatan_lama: str = ""
    desa: tuple[tuple[str, ...], ...]


class Regency(BaseModel):
    """A kabupaten of ``tempat.yaml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    kode: str
    kode_bps: str
    nama: str
    bobot: float
    kecamatan: tuple[District, ...]


class Gazetteer(BaseModel):
    """``tempat.yaml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    provinsi: dict[str, str]
    kabupaten: tuple[Regency, ...]
    ejaan_bps: dict[str, str]


@dataclass(frozen=True)
class Places:
    """The villages, and for invented ones the lists that an office would deliver with them."""

    villages: pd.DataFrame
    bridging: pd.DataFrame
    recode: pd.DataFrame


def invented_places() -> Places:
    """Return the places of ``tempat.yaml``: two kabupaten whose codes are each other's trap."""
    gazetteer = Gazetteer.model_validate(read_yaml("reconcile.sample", "tempat.yaml"))
    rows = [
        _village(gazetteer, regency, district, desa)
        for regency in gazetteer.kabupaten
        for district in regency.kecamatan
        for desa in district.desa
    ]
    villages = _numbered(pd.DataFrame(rows))
    return Places(villages, _bridging(gazetteer, villages), _recode(villages))


def reference_places(crosswalk: pd.DataFrame, kemendagri: pd.DataFrame, recode: pd.DataFrame) -> Places:
    """Return the real villages of a reference folder, all columns text as in its CSV files.

    ``crosswalk`` gives codes and names of both systems (``level`` kab, kec, desa), ``kemendagri`` the names
    of kecamatan and kabupaten, ``recode`` the codes that villages had before a split.
    """
    desa = crosswalk[crosswalk["level"] == "desa"].reset_index(drop=True)
    dagri = kemendagri.drop_duplicates("kode").set_index("kode")["nama"].str.strip()
    bps = crosswalk[crosswalk["level"] != "desa"].set_index("kode_bps")["nama_bps"].str.strip()
    kode = desa["kode_kemendagri_2025"]
    former = kode.map(recode.set_index("kode_baru_2022")["kode_lama_2020"]).fillna("")
    villages = pd.DataFrame(
        {
            "kode": kode,
            "kode_lama": former,
            "nama": desa["nama_kemendagri"].str.strip(),
            "jenis": desa["jenis"],
            "kode_kec": kode.str.slice(0, 8),
            "nama_kec": kode.str.slice(0, 8).map(dagri),
            "nama_kec_lama": former.str.slice(0, 8).map(dagri).fillna(""),
            "kode_kab": kode.str.slice(0, 5),
            "nama_kab": kode.str.slice(0, 5).map(dagri).str.replace("Kabupaten ", "", regex=False),
            "kode_bps": desa["kode_bps"],
            "nama_bps": desa["nama_bps"].str.strip(),
            "nama_kec_bps": desa["kode_bps"].str.slice(0, 7).map(bps),
            "nama_kab_bps": desa["kode_bps"].str.slice(0, 4).map(bps),
            "bobot": 1.0,
        }
    )
    return Places(_numbered(villages), pd.DataFrame(columns=BRIDGING), recode)


def _village(
    gazetteer: Gazetteer, regency: Regency, district: District, desa: tuple[str, ...]
) -> dict[str, object]:
    nama, suffix, suffix_bps, *former = desa
    old = {d.kode: d for d in regency.kecamatan}.get(district.kecamatan_lama)
    # BPS kept the village codes of the old kecamatan: only the kecamatan itself was given a new one
    bps_district = old or district
    spelled = [gazetteer.ejaan_bps.get(word, word) for word in nama.split()]
    return {
        "kode": f"{regency.kode}.{district.kode}.{suffix}",
        "kode_lama": former[0] if former else "",
        "nama": nama,
        "jenis": "kelurahan" if suffix.startswith("1") else "desa",
        "kode_kec": f"{regency.kode}.{district.kode}",
        "nama_kec": district.nama,
        "nama_kec_lama": old.nama if old else "",
        "kode_kab": regency.kode,
        "nama_kab": regency.nama,
        "kode_bps": f"{regency.kode_bps}{bps_district.kode_bps}{suffix_bps}",
        "nama_bps": " ".join(spelled).upper(),
        "nama_kec_bps": bps_district.nama.upper(),
        "nama_kab_bps": f"KAB. {regency.nama.upper()}",
        "bobot": regency.bobot,
    }


def _numbered(villages: pd.DataFrame) -> pd.DataFrame:
    ordered = villages.sort_values("kode").reset_index(drop=True)
    return ordered.assign(kec=pd.factorize(ordered["kode_kec"])[0])


def _bridging(gazetteer: Gazetteer, villages: pd.DataFrame) -> pd.DataFrame:
    """Return the bridging list as the portal gives it: split villages still under their former code."""
    former = villages["kode_lama"].where(villages["kode_lama"] != "", villages["kode"])
    recoded = villages["kode_lama"] != ""
    desa = pd.DataFrame(
        {
            "level": "desa",
            "kode_bps": villages["kode_bps"],
            "nama_bps": villages["nama_bps"],
            "kode_dagri_bridging": former,
            "kode_kemendagri_2025": villages["kode"],
            "nama_kemendagri": villages["nama"],
            "jenis": villages["jenis"],
            "status": recoded.map({True: "kode_dagri kedaluwarsa -> nama sama", False: "ok"}),
        }
    )
    upper = [
        row
        for regency in gazetteer.kabupaten
        for row in (
            ("kab", regency.kode_bps, f"KAB. {regency.nama.upper()}", regency.kode, regency.nama),
            *(
                (
                    "kec",
                    regency.kode_bps + d.kode_bps,
                    d.nama.upper(),
                    f"{regency.kode}.{d.kode}",
                    d.nama,
                )
                for d in regency.kecamatan
            ),
        )
    ]
    areas = pd.DataFrame(
        [(a, b, c, d, d, e, "kabupaten" if a == "kab" else "", "ok") for a, b, c, d, e in upper],
        columns=BRIDGING,
    )
    return pd.concat([areas, desa], ignore_index=True)[BRIDGING].sort_values(
        ["level", "kode_bps"], ignore_index=True
    )


def _recode(villages: pd.DataFrame) -> pd.DataFrame:
    moved = villages[villages["kode_lama"] != ""].sort_values("kode_lama")
    values = {
        "kode_lama_2020": moved["kode_lama"],
        "nama_lama": moved["nama"],
        "kode_baru_2022": moved["kode"],
        "nama_baru": moved["nama"],
    }
    return pd.DataFrame(values)[RECODE].reset_index(drop=True)
