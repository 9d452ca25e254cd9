"""Small made-up tables for tests: a register of six villages, and households on it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from reconcile.regions import Register, build_register
from reconcile.tables import BRIDGING, HOUSEHOLDS, MEMBERS, PLACED, RECODES

ORIGIN = {"source_file": "a.csv", "source_sha256": "0" * 64, "source_sheet": ""}

#: tingkat, kode_bps, nama_bps, current Kemendagri code, code of the older bridging, name
AREAS = (
    ("kab", "6403", "KUTAI KARTANEGARA", "64.02", None, "Kabupaten Kutai Kartanegara"),
    ("kab", "6402", "KUTAI BARAT", "64.07", None, "Kabupaten Kutai Barat"),
    ("kec", "6403010", "MUARA CONTOH", "64.02.06", None, "Muara Contoh"),
    ("kec", "6403011", "MUARA CONTOH DARAT", "64.02.19", None, "Muara Contoh Darat"),
    ("kec", "6402061", "LONG CONTOH", "64.07.01", None, "Long Contoh"),
    ("desa", "6403010001", "SEI MERANTI ULU", "64.02.06.1001", None, "Sungai Meranti Ulu"),
    ("desa", "6403010002", "SEI MERANTI ILIR", "64.02.06.2002", None, "Sungai Meranti Ilir"),
    ("desa", "6403010003", "BUKIT JATI SATU", "64.02.19.2001", "64.02.06.2005", "Bukit Jati I"),
    ("desa", "6403010004", "BUKIT JATI DUA", "64.02.19.2002", "64.02.06.2006", "Bukit Jati II"),
    ("desa", "6402061001", "LONG BESIK", "64.07.01.2001", None, "Long Besiq"),
    ("desa", "6402061002", "SUKA MAJU", "64.07.01.2002", None, "Suka Maju"),
)
RECODED = (
    ("64.02.06.2005", "Bukit Jati I", "64.02.19.2001", "Bukit Jati I"),
    ("64.02.06.2006", "Bukit Jati II", "64.02.19.2002", "Bukit Jati II"),
)


def bridging(areas: tuple[tuple[str | None, ...], ...] = AREAS) -> pd.DataFrame:
    columns = [
        "tingkat",
        "kode_bps",
        "nama_bps",
        "kode_kemendagri",
        "kode_kemendagri_lama",
        "nama_kemendagri",
    ]
    rows = pd.DataFrame(areas, columns=columns)
    return BRIDGING.build(
        rows.assign(registry="acuan", source="bridging", source_row=range(len(rows)), **ORIGIN)
    )


def recodes() -> pd.DataFrame:
    rows = pd.DataFrame(RECODED, columns=["kode_lama", "nama_lama", "kode_baru", "nama_baru"])
    return RECODES.build(
        rows.assign(registry="acuan", source="recodes", source_row=range(len(rows)), **ORIGIN)
    )


def register() -> Register:
    return build_register(bridging(), recodes())


HOUSEHOLD = {
    "nama": "SITI AMINAH",
    "tanggal_lahir": "1980-05-17",
    "jenis_kelamin": "P",
    "nik": "6402065705800001",
    "rt": 1,
    "rw": 2,
    "desil": 1,
    "jumlah_anggota": 3,
    "jumlah_baris_anggota": 0,
    "jumlah_kepala": 0,
    "kode_desa": "64.02.06.1001",
    "desa_kode": "64.02.06.1001",
    "status_kode": "berlaku",
    "cara_lokasi": "kode",
    "posisi": "wakil_desa",
    "kepastian": "sedang",
    "kesepakatan": "satu_bukti",
    "baca_titik": "kosong",
}


def placed(registry: str, *rows: dict[str, Any]) -> pd.DataFrame:
    """Return PLACED: each row is HOUSEHOLD with what the test changes; record ids count from 1."""
    complete = [
        {
            **HOUSEHOLD,
            **ORIGIN,
            "registry": registry,
            "source": f"{registry}_contoh",
            "source_file": f"{registry}.csv",
            "source_row": number + 1,
            "record_id": f"{registry}:{number}",
            "code_system": "bps" if registry == "bps" else "kemendagri",
            **row,
        }
        for number, row in enumerate(rows, start=1)
    ]
    if not complete:
        return PLACED.empty()
    return PLACED.build(_dated(pd.DataFrame(complete)))


def households(registry: str, *rows: dict[str, Any]) -> pd.DataFrame:
    """Return HOUSEHOLDS as ``placed`` does."""
    return HOUSEHOLDS.build(placed(registry, *rows)[HOUSEHOLDS.names])


def members(registry: str, *rows: dict[str, Any]) -> pd.DataFrame:
    """Return MEMBERS: each row needs ``record_id``."""
    if not rows:
        return MEMBERS.empty()
    complete = [
        {
            "registry": registry,
            "source_file": f"{registry}_anggota.csv",
            "source_sheet": "",
            "source_row": number + 1,
            "hubungan": "anak",
            "tanggal_lahir": "2010-01-02",
            **row,
        }
        for number, row in enumerate(rows, start=1)
    ]
    return MEMBERS.build(_dated(pd.DataFrame(complete)))


def _dated(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(tanggal_lahir=pd.to_datetime(frame["tanggal_lahir"], format="%Y-%m-%d"))
