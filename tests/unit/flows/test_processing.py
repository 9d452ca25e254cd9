"""The record of processing: what the log tells, whole, and loudly where the log is not."""

from pathlib import Path

import pytest
import yaml
from command import table

from flows.audit import LOG, Event, Fingerprint, append, publication
from flows.processing import record
from reconcile.disclosure import PROCESSING
from reconcile.errors import InputError
from reconcile.vocab import Language

ROOT = Path(__file__).parents[3]
HASH = "ab" * 32
OFFICE = {
    "controller": "Bappeda <Prov>",
    "purpose": "pencocokan data",
    "legal_basis": "Inpres",
    "officer": "",
}
INPUT = {"file": "data/raw/p3ke_a.csv", "sha256": HASH, "bytes": 9, "source": "p3ke_families_2023"}
MANIFEST = {
    "padan": "1",
    "reference_date": "2026-03-31",
    "inputs": [{**INPUT, "vintage": "2023"}],
    "rows": [
        {"file": INPUT["file"], "sheet": "a", "accepted": 30, "quarantined": 2},
        {"file": INPUT["file"], "sheet": "b", "accepted": 4, "quarantined": 0},
        {"file": INPUT["file"], "sheet": "c", "used": False},
    ],
    "counts": {"households": {"p3ke": 34, "bps": 0}, "reconciled": {"cocok": 30}},
}
PRINTED = Fingerprint(HASH, 1, 1, "")
OUTPUTS = {"temuan/temuan.csv": PRINTED, "karantina/baris.csv": PRINTED, "mutu/padanan.csv": PRINTED}
BUNDLE = {
    "jalan": "r1",
    "penerima": "kutim",
    "wilayah": "64.08",
    "keperluan": "verval",
    "dasar": "BAST 7",
    "berlaku_sampai": "2026-12-31",
    "baris": {"INTERNAL": 5, "TERBATAS": 7},
    "berkas": 3,
    "sha256": {"manifes": HASH, "arsip": "cd" * 32},
}
LISTS = {"kabupaten": ["64.02"], "bentuk": ["xlsx"], "berkas": 4, "manifes": vars(PRINTED), "jalan": "r1"}
REMOVED = {
    "jenis": "hasil",
    "kelas": "TERBATAS",
    "hari": "2025-01-01",
    "sebelum": "2026-01-01",
    "dari": "hasil",
}
REMOVED |= {"tempat": "runs/r0", "berkas": [{"nama": "a.csv", "sha256": HASH, "bytes": 12}]}  # type: ignore[dict-item]
EVENTS = [
    *publication("r1", MANIFEST, OUTPUTS, PRINTED),
    (Event.WORKLISTS, LISTS),
    (Event.BUNDLE, BUNDLE),
    (Event.RELEASE_ASKED, {"jalan": "r1", "kelas": "PUBLIK", "oleh": "ANI", "sidik": HASH}),
    (Event.EVIDENCE, {"jalan": "r1", "kasus": "KS-1", "sha256": HASH}),
    (Event.PURGE, REMOVED),
    # a line of another padan, and one that lacks what it should tell
    ("peristiwa_baru", {"jumlah": 3, "rinci": [1]}),
    (Event.ANSWERS, {}),
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    values = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    values["processing"] = OFFICE
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(values), encoding="utf-8")
    for path in (ROOT / "data/raw/contoh").rglob("*.*"):
        (tmp_path / path.relative_to(ROOT)).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path.relative_to(ROOT)).touch()
    return tmp_path


def recorded(project: Path, **given: object) -> int:
    asked: dict[str, object] = {"since": None, "until": None, "into": None, **given}
    return record(project / "config.yaml", Language.INDONESIAN, **asked)  # type: ignore[arg-type]


def page(project: Path) -> str:
    return (project / "data/processed/catatan/pemrosesan.html").read_text(encoding="utf-8")


def logged(project: Path) -> Path:
    root = project / "data/processed"
    append(root, [(Event(name) if name in set(Event) else _Other(name), told) for name, told in EVENTS])
    return root


class _Other(str):
    """An event of a version that is not this one."""

    __slots__ = ()

    @property
    def value(self) -> str:
        return str(self)


def test_every_line_is_in_the_record_with_who_what_and_to_whom(project: Path) -> None:
    root = logged(project)
    assert recorded(project) == 0
    rows = table(root / PROCESSING.path).set_index("jejak", drop=False)
    assert set(rows["jejak"].astype(int)) == set(range(1, len(EVENTS) + 1))
    assert (rows["akun"] != "").all()
    assert (rows.loc["2", "berkas"], rows.loc["2", "baris"]) == (INPUT["file"], "34")
    assert "2 baris disisihkan" in rows.loc["2", "rincian"]
    assert dict(zip(rows.loc["4", "berkas"], rows.loc["4", "kelas"], strict=True)) == {
        "temuan/temuan.csv": "INTERNAL",
        "karantina/baris.csv": "TERBATAS",
        "mutu/padanan.csv": "INTERNAL",
    }
    bundle = rows[rows["penerima"].str.startswith("kutim")].iloc[0]
    assert (bundle["kelas"], bundle["baris"], bundle["sha256"]) == ("INTERNAL, TERBATAS", "12", "cd" * 32)
    assert "BAST 7" in bundle["rincian"]
    assert "jumlah: 3" in rows[rows["kegiatan"] == "peristiwa_baru"]["rincian"].iloc[0]
    told = page(project)
    assert "Bappeda &lt;Prov&gt;" in told
    assert "(belum diisi di config.yaml)" in told
    assert "Rantai jejak audit utuh" in told
    assert "<script" not in told


def test_a_broken_chain_is_said_first(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = logged(project) / LOG
    log.write_bytes(log.read_bytes().replace(b"kutim", b"kukar"))
    assert recorded(project) == 1
    assert "RANTAI JEJAK AUDIT RUSAK" in capsys.readouterr().out
    told = page(project)
    assert told.index("RANTAI JEJAK AUDIT RUSAK") < told.index("Bappeda")
    assert "E_AUDIT_CHANGED" in told


def test_a_period_without_anything_is_an_empty_record(project: Path) -> None:
    from datetime import datetime

    root = logged(project)
    assert recorded(project, until=datetime(2020, 1, 1)) == 0  # noqa: DTZ001 - as click gives a day
    assert len(table(root / PROCESSING.path)) == 0
    assert page(project).count("Tidak ada.") == 5


def test_without_a_log_there_is_nothing_to_record(project: Path) -> None:
    with pytest.raises(InputError) as refused:
        recorded(project)
    assert refused.value.faults[0].code == "E_RECORD_NO_LOG"
