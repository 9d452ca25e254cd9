"""`padan bundle`: own area only, opened by its recipient alone, declared columns and rows, and a record."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import stat
import zipfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import bundle_world as world
import msoffcrypto
import pandas as pd
import pytest
from bundle_world import DIGITS, KUBAR, KUKAR, MARKS, ident

from flows import bundle as command
from flows.audit import Event, read_log
from flows.bundle_open import new_identity, open_bundle
from flows.bundle_seal import IDENTITY_VARIABLE, SEALED, read_identity
from flows.csvfile import read_csv
from flows.key import VARIABLE
from flows.publish import MANIFEST
from reconcile.errors import ConfigError, InputError, PadanError, PublishError
from reconcile.identifiers import PSEUDONYM
from reconcile.vocab import Language

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconcile.bundle.settings import Recipient

NO = Language.INDONESIAN
SAID = "kata sandi yang panjang"
SEALED_BY_PASSWORD = {"password_variable": "SANDI_KUBAR"}
AGENCY = {
    "area": "64",
    "outputs": [
        {
            "file": world.PKH,
            "columns": ["nama", "nik", "id_rekon"],
            "rows": {"nama_kab": ["KUTAIBARAT nama_kab"]},
        },
        {"file": "temuan/temuan.csv", "columns": ["kasus", "id_rekon", "nilai_acuan", "kode_desa"]},
    ],
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an output folder with a run."""
    place = tmp_path_factory.mktemp("bundel") / "hasil"
    world.published(place)
    return place


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, world.KEY.hex())
    monkeypatch.delenv(IDENTITY_VARIABLE, raising=False)
    # the page is the same; without it a bundle takes half the time
    monkeypatch.setattr(command, "as_pdf", lambda _: b"%PDF")


@pytest.fixture
def make(root: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Return what makes the bundle of a recipient and says where it lies."""

    def made(one: Recipient, asked: str = "") -> Path:
        monkeypatch.setattr(command, "load_config", lambda _: world.settings(root, one))
        assert command.bundle(Path("config.yaml"), NO, recipient=asked or one.name, run=None) == 0
        return root / "bundel" / one.name / world.RUN

    return made


def pair(folder: Path, name: str, capsys: pytest.CaptureFixture[str]) -> tuple[Path, str]:
    """Return the file of a new private key and its public key."""
    assert new_identity(NO, into=folder / name) == 0
    found = re.search(r"age1\w+", capsys.readouterr().out)
    assert found
    return folder / name, found.group()


def everything(folder: Path) -> str:
    """Return all text of all files, of archives and workbooks what is in them."""
    parts = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        content = path.read_bytes()
        if content[:2] == b"PK":
            book = zipfile.ZipFile(io.BytesIO(content))
            content = b"\n".join(book.read(name) for name in book.namelist())
        parts.append(content.decode("utf-8", "replace"))
    return "\n".join(parts)


def code_of(caught: pytest.ExceptionInfo[PadanError]) -> str:
    return caught.value.faults[0].code


def test_a_kabupaten_gets_nothing_of_another_and_opens_it_with_its_own_key_only(
    tmp_path: Path, make: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    mine, public = pair(tmp_path, "saya.key", capsys)
    other, _ = pair(tmp_path, "lain.key", capsys)
    folder = make(world.recipient(public_key=public), "64.02")
    with pytest.raises(InputError) as caught:
        open_bundle(NO, file=folder / SEALED, identity=other, into=tmp_path / "lain")
    assert code_of(caught) == "E_BUNDLE_WRONG_KEY"
    assert not (tmp_path / "lain").exists()
    assert open_bundle(NO, file=folder / SEALED, identity=mine, into=tmp_path / "isi") == 0
    opened = [p for p in (tmp_path / "isi").rglob("*") if p.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in opened} == {0o600}
    plain, closed = everything(folder), everything(tmp_path / "isi")
    foreign = [MARKS[KUBAR], DIGITS[KUBAR], "64.07", "VVVVV"]
    assert [word for word in foreign if word in plain + closed] == []
    for package in (folder / "layers/padan.gpkg", tmp_path / "isi/layers/keluarga.gpkg"):
        with closing(sqlite3.connect(package)) as book:
            extents = book.execute("SELECT min_x FROM gpkg_contents WHERE data_type = 'features'").fetchall()
        assert extents
        assert min(west for (west,) in extents) > 116
    # of its own there is everything, identities in the closed part only
    there = {p.relative_to(tmp_path / "isi").as_posix() for p in opened}
    assert there >= {
        "rekonsiliasi/keluarga.csv", "temuan/TERBATAS/temuan_identitas.csv", world.PKH,
        "tinjauan/pasangan.csv", "tinjauan/orang.csv", "layers/keluarga.gpkg", f"verval/{KUKAR}_x/desa.csv",
    }  # fmt: skip
    # what comes back from a visit is the list that was written for it
    assert (tmp_path / f"isi/verval/{KUKAR}_x/desa.csv").read_text(encoding="utf-8") == MARKS[KUKAR]
    assert DIGITS[KUKAR] in closed
    assert DIGITS[KUKAR] not in plain
    assert len(read_csv(tmp_path / "isi/rekonsiliasi/keluarga.csv", ["nik"])) == 1


def test_ids_that_come_back_from_a_kabupaten_are_those_of_the_run(
    root: Path, make: Callable[..., Path]
) -> None:
    folder = make(world.recipient(name="hanya-internal", classes=["INTERNAL"]))
    for file, column in (("temuan/temuan.csv", "kasus"), ("verval/tugas.csv", "id_tugas")):
        sent = read_csv(folder / file, [column])[column]
        known = read_csv(root / "runs" / world.RUN / file, [column])[column]
        assert sent.tolist() == [ident(column, KUKAR)]
        assert sent.isin(known).all()
    assert not (folder / SEALED).exists()


def test_an_agency_gets_declared_columns_and_rows_under_ids_of_its_own(
    tmp_path: Path, root: Path, make: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    held = {}
    for name in ("dinsos", "disdik"):
        mine, public = pair(tmp_path, f"{name}.key", capsys)
        folder = make(world.recipient(name=name, public_key=public, **AGENCY))
        open_bundle(NO, file=folder / SEALED, identity=mine, into=tmp_path / name)
        people = pd.read_csv(tmp_path / name / world.PKH, sep=";", dtype=str, encoding="utf-8-sig")
        assert list(people.columns) == ["nama", "nik", "id_rekon"]
        assert set(people["nama"]) == {f"{MARKS[KUBAR]} nama"}
        found = read_csv(folder / "temuan/temuan.csv", ["kasus", "id_rekon", "nilai_acuan", "kode_desa"])
        assert f"{KUKAR}.01.2001" in set(found["kode_desa"])
        assert set(people["id_rekon"]) <= set(found["id_rekon"])
        held[name] = set(re.findall(PSEUDONYM, everything(folder) + everything(tmp_path / name)))
        whose = read_csv(root / f"bundel/TERBATAS/{name}_{world.RUN}.csv", ["id_padan", "id_penerima"])
        back = dict(zip(whose["id_penerima"], whose["id_padan"], strict=True))
        assert {back[one] for one in people["id_rekon"]} == {ident("id_rekon", KUBAR)}
        assert stat.S_IMODE((root / f"bundel/TERBATAS/{name}_{world.RUN}.csv").stat().st_mode) == 0o600
    own = {ident(column, area)[-17:] for column in ("id_rekon", "kasus") for area in MARKS}
    assert all(held.values())
    assert not held["dinsos"] & held["disdik"]
    assert not (held["dinsos"] | held["disdik"]) & own


def test_an_office_without_age_gets_a_workbook_with_a_password(
    make: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = world.recipient(name="kubar", area=KUBAR, **SEALED_BY_PASSWORD)
    for short in ("", "pendek"):
        monkeypatch.setenv("SANDI_KUBAR", short)
        with pytest.raises(ConfigError) as caught:
            make(one)
        assert code_of(caught) == "E_BUNDLE_PASSWORD"
    monkeypatch.setenv("SANDI_KUBAR", SAID)
    folder = make(one, "bps:6402")
    assert DIGITS[KUBAR] not in everything(folder)
    with (folder / "TERBATAS.xlsx").open("rb") as file:
        book = msoffcrypto.OfficeFile(file)
        plain = io.BytesIO()
        book.load_key(password=SAID)
        book.decrypt(plain)
    sheets = pd.read_excel(plain, sheet_name=None, dtype=str, engine="openpyxl")
    assert DIGITS[KUBAR] in sheets["keluarga"]["nik"].tolist()
    assert KUKAR not in sheets["keluarga"].to_string()


def test_the_same_bundle_is_made_once_and_every_one_is_recorded(
    root: Path, make: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    one = world.recipient(name="sekali", classes=["INTERNAL"], outputs=AGENCY["outputs"][1:])
    folder = make(one)
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    make(one)
    assert "sudah ada" in capsys.readouterr().out
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before
    register = read_csv(
        root / "bundel/daftar.csv", ["penerima", "keperluan", "berlaku_sampai", "sha256_manifes"]
    )
    mine = register[register["penerima"] == "sekali"]
    assert mine[["keperluan", "berlaku_sampai"]].to_numpy().tolist() == [["Verifikasi", "2999-12-31"]]
    log = read_log(root)
    assert log
    assert not log.faults
    sent = [e.content for e in log.entries if e.event == Event.BUNDLE and e.content["penerima"] == "sekali"]
    assert len(sent) == 1
    told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["berkas"]["temuan/temuan.csv"]
    minutes = (folder / "BAST.txt").read_text(encoding="utf-8")
    assert told["sha256"] in minutes
    assert told["sha256"] in (folder / "BAST.html").read_text(encoding="utf-8")
    # a file that was changed where it lies is made again
    (folder / "temuan/temuan.csv").write_text("diubah", encoding="utf-8")
    make(one)
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before


def test_a_changed_file_is_refused_when_it_is_opened(
    tmp_path: Path, make: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    mine, public = pair(tmp_path, "saya.key", capsys)
    folder = make(world.recipient(name="berubah", public_key=public, **AGENCY))
    (folder / "temuan/temuan.csv").write_text("diubah", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        open_bundle(NO, file=folder / SEALED, identity=mine, into=tmp_path / "isi")
    assert code_of(caught) == "E_BUNDLE_CHANGED"
    sealed = folder / SEALED
    sealed.write_bytes(sealed.read_bytes()[:-40] + bytes(40))
    with pytest.raises(InputError):
        open_bundle(NO, file=sealed, identity=mine, into=tmp_path / "isi")
    assert not (tmp_path / "isi").exists()


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        (None, "E_BUNDLE_FOR", "kukar (64.02)"),
        ("dinkes", "E_BUNDLE_UNKNOWN", "kukar (64.02)"),
        ("64.71", "E_BUNDLE_UNKNOWN", "kukar (64.02)"),
        ("6402", "E_BUNDLE_AMBIGUOUS", "64.07"),
        ("lewat", "E_BUNDLE_EXPIRED", "2020-01-01"),
    ],
)
def test_who_is_not_declared_or_no_longer_gets_nothing(
    root: Path, monkeypatch: pytest.MonkeyPatch, asked: str | None, code: str, said: str
) -> None:
    known = [
        world.recipient(classes=["INTERNAL"]),
        world.recipient(name="lewat", expires="2020-01-01", classes=["INTERNAL"]),
    ]
    monkeypatch.setattr(command, "load_config", lambda _: world.settings(root, *known))
    with pytest.raises(ConfigError) as caught:
        command.bundle(Path("config.yaml"), NO, recipient=asked, run=None)
    assert code_of(caught) == code
    assert said in str(dict(caught.value.faults[0].details))
    assert not (root / "bundel/lewat").exists()


def test_a_private_key_is_never_overwritten_and_must_be_private(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, public = pair(tmp_path, "saya.key", capsys)
    assert stat.S_IMODE(mine.stat().st_mode) == 0o600
    with pytest.raises(PublishError):
        new_identity(NO, into=mine)
    monkeypatch.setenv(IDENTITY_VARIABLE, mine.read_text(encoding="ascii"))
    assert str(read_identity(None).to_public()) == public
    mine.chmod(0o644)
    with pytest.raises(ConfigError) as caught:
        read_identity(mine)
    assert code_of(caught) == "E_KEY_MODE"
