"""The shipped programmes on generated families: seconds and memory, the criteria alone and the whole.

    python -m benchmarks.programs                      # 1,000,000 families, 3,300,000 member rows
    python -m benchmarks.programs --families 100000

The families are made as reconciled already, on the six villages of the tests: matching is measured elsewhere.
"""

import argparse
import resource
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from reconcile.discrepancies.context import Context, Tolerances
from reconcile.programs.eligible import columns_for
from reconcile.programs.logic import evaluate
from reconcile.programs.people import gather_people
from reconcile.programs.settings import Program
from reconcile.programs.targeting import target_programs
from reconcile.programs.values import Columns
from reconcile.programs.vocab import Unit, View
from reconcile.tables import MEMBERS, RECONCILED, VALUE_FLAGS, Table
from tests import factory

ROOT = Path(__file__).parents[1]
KEY = bytes(range(32))
DAYS = {"p3ke.csv": pd.Timestamp("2022-01-01"), "bps.csv": pd.Timestamp("2026-01-01")}
WORK = np.array(["PETANI", "TIDAK/BELUM BEKERJA", "PEKERJA LEPAS", "PNS/TNI/POLRI", "PEGAWAI SWASTA", None])
SCHOOL = np.array(["TAMAT SD/SEDERAJAT", "MASIH SD/SEDERAJAT", "MASIH/TAMAT SLTP/SEDERAJAT", None])
VILLAGES = np.array([code for level, _, _, code, _, _ in factory.AREAS if level == "desa"])


def main() -> None:
    """Print seconds per part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--families", type=int, default=1_000_000)
    count = parser.parse_args().families
    declared = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))["programs"]
    programs = [Program.model_validate(one) for one in declared]
    context = world(count)
    print(f"{count} families, {len(context.members)} member rows, {len(programs)} programmes")
    begun = time.perf_counter()
    columns = Columns.of(context, gather_people(context, DAYS), DAYS)
    print(f"persons gathered: {time.perf_counter() - begun:.1f} s, {len(columns.people.family)} persons")
    begun = time.perf_counter()
    made = [columns_for(one, columns, View.IN_FORCE, all_of(one, columns)) for one in programs]
    print(f"columns of criteria made: {time.perf_counter() - begun:.1f} s")
    begun = time.perf_counter()
    for one, told in zip(programs, made, strict=True):
        for node in (*one.needed, *one.barred):
            evaluate(node, told)
    print(f"criteria evaluated: {time.perf_counter() - begun:.2f} s")
    begun = time.perf_counter()
    found = target_programs(programs, context, DAYS, key=KEY)
    print(f"everything but the writing of names: {time.perf_counter() - begun:.1f} s")
    print({name: len(table) for name, table in found.items()})
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.1f} GB")


def all_of(program: Program, columns: Columns) -> "np.ndarray[Any, np.dtype[np.int64]]":
    """Return every family or person."""
    count = len(columns.own) if program.unit is Unit.FAMILY else len(columns.people.family)
    return np.arange(count, dtype=np.int64)


def world(count: int) -> Context:
    """Return families of which a third each is on P3KE, on BPS and on both."""
    rng = np.random.default_rng(7)
    kind, size = rng.integers(0, 3, count), rng.integers(1, 6, count)
    number = pd.Series(np.arange(count).astype("str"))
    held = {"p3ke": kind != 1, "bps": kind != 0}
    told: dict[str, Any] = {
        "id_rekon": "R" + number,
        "status_padan": np.array(["hanya_p3ke", "hanya_bps", "cocok"])[kind],
        "kode_desa": VILLAGES[rng.integers(0, len(VILLAGES), count)],
        "cara_lokasi": "kode",
        "posisi": "wakil_desa",
        "nama": "KEPALA " + number,
        "jumlah_anggota": size,
    }
    for side, there in held.items():
        told |= _of_side(rng, side, there, number, size)
    members = pd.concat([_members(rng, side, there, size) for side, there in held.items()])
    reconciled = _filled(RECONCILED, pd.DataFrame(told))
    return Context(
        reconciled=reconciled,
        households=factory.placed("bps"),
        members=_filled(MEMBERS, members.reset_index(drop=True)),
        flags=VALUE_FLAGS.empty(),
        register=factory.register(),
        tolerances=Tolerances(),
    )


def _filled(table: Table, values: pd.DataFrame) -> pd.DataFrame:
    """Return ``values`` as the table; what is required and not looked at here is filled in."""
    required = [c for c in table.columns if c.required and c.name not in values]
    return table.build(values.assign(**{c.name: 0 if c.kind == "whole" else "" for c in required}))


def _of_side(rng: np.random.Generator, side: str, there: Any, number: pd.Series, size: Any) -> dict[str, Any]:
    count = len(number)
    aid = pd.Series(rng.integers(0, 2, count).astype(bool)).astype("boolean").where(there)
    told = {"p3ke": ("terima_pkh", "terima_sembako"), "bps": ("terima_pbi",)}[side]
    return {
        f"record_id_{side}": (f"{side}:" + number).where(there),
        f"source_file_{side}": pd.Series(f"{side}.csv", index=number.index).where(there),
        f"source_row_{side}": pd.Series(np.arange(count) + 2, dtype="Int64").where(there),
        f"desil_{side}": pd.Series(rng.integers(1, 11, count), dtype="Int64").where(there),
        f"jumlah_anggota_{side}": pd.Series(size, dtype="Int64").where(there),
        f"jumlah_baris_anggota_{side}": pd.Series(size, dtype="Int64").where(there),
        **{f"{name}_{side}": aid for name in told},
    }


def _members(rng: np.random.Generator, side: str, there: Any, size: Any) -> pd.DataFrame:
    family = np.repeat(np.flatnonzero(there), size[there])
    place = np.arange(len(family)) - np.repeat(np.cumsum(size[there]) - size[there], size[there])
    count, code = len(family), pd.Series(family * 10 + place)
    # a person is the same on both lists: made of family and place
    days = pd.Timestamp("1945-01-01") + pd.to_timedelta((code * 7919) % 29_000, unit="D")
    nik = "6402" + code.astype("str").str.zfill(12)
    return pd.DataFrame(
        {
            "record_id": f"{side}:" + pd.Series(family).astype("str"),
            "registry": side,
            "source_file": f"{side}.csv",
            "source_sheet": "",
            "source_row": np.arange(count) + 2,
            "nik": nik.where(pd.Series(rng.random(count) < 0.9)),
            "nama": "ORANG KE " + code.astype("str"),
            "tanggal_lahir": days,
            "jenis_kelamin": np.array(["L", "P"])[(code % 2).to_numpy()],
            "hubungan": np.where(place == 0, "kepala", "anak"),
            "pekerjaan": WORK[rng.integers(0, len(WORK), count)] if side == "p3ke" else None,
            "pendidikan": SCHOOL[rng.integers(0, len(SCHOOL), count)] if side == "p3ke" else None,
        }
    )


if __name__ == "__main__":
    main()
