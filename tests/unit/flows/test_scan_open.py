"""Every format is opened, every spelling of an identity found, and what was not understood is not clean."""

import gzip
import io
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pypdf
import pytest
import pyzipper
import xlsxwriter
from identity_world import FORMATS, NIK, PAPUA, SPELLINGS, geopackage, known, workbook
from matplotlib.figure import Figure
from msoffcrypto.format.ooxml import OOXMLFile

from flows.scan import File, Scan, scan_files
from reconcile.identities.forms import Form
from reconcile.identities.known import known_identities

KNOWN = known()


def scanned(*paths: Path) -> Scan:
    return scan_files([File(path, path.name) for path in paths], KNOWN)


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_is_found_in_every_format(tmp_path: Path, kind: str, spelling: str) -> None:
    path = tmp_path / "berkas"
    FORMATS[kind](path, spelling)
    seen = scanned(path)
    assert seen.code == 1
    assert seen.unread.empty
    assert NIK not in seen.found.to_csv()


@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_without_identities_is_clean(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = ("6472014505880009", "64.72.01", "1988-05-05", "0007", "Siti Aminah")
    monkeypatch.setitem(SPELLINGS, "stranger", stranger)
    path = tmp_path / f"berkas.{kind}"
    FORMATS[kind](path, "stranger")
    assert scanned(path).passed


def test_what_was_deleted_from_a_database_is_still_there(tmp_path: Path) -> None:
    path = tmp_path / "lama.gpkg"
    geopackage(path, "plain")
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA secure_delete = OFF")
        database.execute("INSERT INTO isi (a) VALUES (?)", [int(PAPUA)])
        database.commit()
        database.execute("DELETE FROM isi")
    database.close()
    assert set(scanned(path).found["bentuk"]) == {Form.PLAIN, Form.STORED}


def test_what_a_database_has_only_in_its_log_is_read(tmp_path: Path) -> None:
    path = tmp_path / "prefect.db"
    writer = sqlite3.connect(path)
    writer.execute("PRAGMA journal_mode=WAL")
    writer.execute("CREATE TABLE catatan (isi TEXT)")
    writer.execute("INSERT INTO catatan VALUES (?)", [NIK])
    writer.commit()
    files = sorted(tmp_path.iterdir())
    seen = scanned(*files)
    writer.close()
    assert [file.name for file in files] == ["prefect.db", "prefect.db-shm", "prefect.db-wal"]
    assert "catatan" in set(seen.found["tempat"])
    assert seen.unread.empty


def test_a_database_that_was_closed_since_it_was_listed_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "prefect.db"
    writer = sqlite3.connect(path)
    writer.execute("PRAGMA journal_mode=WAL")
    writer.execute("CREATE TABLE catatan (isi TEXT)")
    writer.commit()
    writer.execute("INSERT INTO catatan VALUES (?)", [NIK])
    writer.commit()
    log = path.with_name("prefect.db-wal")
    assert log.is_file()
    writer.close()
    assert not log.is_file()
    seen = scanned(log)
    assert "catatan" in set(seen.found["tempat"])
    assert seen.unread.empty
    path.unlink()
    assert set(scanned(log).unread["bentuk"]) == {"why_not_readable"}


def test_the_footer_of_parquet_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    table = pa.table({"a": [int(NIK), int(PAPUA)]}).replace_schema_metadata({"catatan": f"dari {NIK}"})
    pq.write_table(table, path)
    assert {"catatan", "skema", "nilai"} <= set(scanned(path).found["tempat"])


def test_corners_of_a_workbook_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_comment("B2", NIK)
        sheet.write_rich_string("A9", "6472", book.add_format({"bold": True}), "014505880002")
        sheet.set_header(f"&C{NIK}")
        book.set_properties({"comments": NIK})
        book.define_name("kunci", f'="{NIK}"')
    places = set(scanned(path).found["tempat"])
    assert {"docProps/core.xml", "xl/comments1.xml", "xl/workbook.xml", "Sheet1"} <= places
    assert {"xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"} <= places


def test_an_old_workbook_is_read() -> None:
    """One NIK in it is text, one a number."""
    numbers = pd.Series(["6400001708850001", "6400001708850002"], dtype="str")
    people = pd.DataFrame({"nama": pd.Series([], dtype="str"), "tanggal_lahir": pd.to_datetime([])})
    path = Path(__file__).parents[2] / "data/keluarga.xls"
    seen = scan_files([File(path, path.name)], known_identities([numbers], people))
    assert seen.unread.empty
    assert seen.found["jumlah"].tolist() == [1, 1, 2]


def test_what_swells_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.scan_open._INSIDE", 1000)
    (tmp_path / "a.gz").write_bytes(gzip.compress(bytes(2000)))
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("isi", bytes(2000))
    seen = scanned(tmp_path / "a.gz", tmp_path / "a.zip")
    assert seen.unread["bentuk"].tolist() == ["why_too_large"] * 2


def test_names_of_files_and_members_are_read_and_not_said(tmp_path: Path) -> None:
    path = tmp_path / f"surat_{NIK}.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(f"lampiran {NIK}.txt", f"{NIK}\n")
    seen = scanned(path)
    assert seen.found["jumlah"].tolist() == [1, 1, 1]
    assert NIK not in seen.found.to_csv()
    assert set(seen.found["berkas"]) == {"•••"}


def test_text_of_drawn_pages_is_read(tmp_path: Path) -> None:
    figure = Figure()
    figure.text(0.1, 0.5, f"NIK {NIK}")
    figure.savefig(tmp_path / "peta.pdf")
    assert scanned(tmp_path / "peta.pdf").code == 1
    figure.savefig(tmp_path / "peta.png", metadata={"Comment": NIK})
    seen = scanned(tmp_path / "peta.png")
    assert seen.code == 1
    assert seen.remarks["bentuk"].tolist() == ["why_pixels"]


def locked(path: Path) -> None:
    with pyzipper.AESZipFile(path, "w", encryption=pyzipper.WZ_AES) as packed:
        packed.setpassword(b"rahasia")
        packed.writestr("isi.txt", NIK)


def locked_book(path: Path) -> None:
    workbook(path, "plain")
    locked = io.BytesIO()
    OOXMLFile(io.BytesIO(path.read_bytes())).encrypt("rahasia", locked)
    path.write_bytes(locked.getvalue())


def locked_paper(path: Path) -> None:
    FORMATS["pdf"](path, "plain")
    writer = pypdf.PdfWriter(clone_from=path)
    writer.encrypt("rahasia", algorithm="RC4-128")
    writer.write(path)


def cut(path: Path) -> None:
    workbook(path, "plain")
    path.write_bytes(path.read_bytes()[:-300])


UNREAD = [
    ("a password", locked, "encrypted"),
    ("a workbook with a password", locked_book, "encrypted"),
    ("a PDF with a password", locked_paper, "encrypted"),
    ("cut in the middle", cut, "damaged"),
    ("of no known kind", lambda path: path.write_bytes(bytes(range(256)) * 20), "unknown"),
    ("encrypted for somebody", lambda path: path.write_bytes(b"age-encryption.org/v1\n\0"), "encrypted"),
    ("too many files in files", lambda path: path.write_bytes(nested(9)), "too_deep"),
    ("gone", lambda path: path.unlink(missing_ok=True), "not_readable"),
]


def nested(depth: int) -> bytes:
    content = b"isi"
    for _ in range(depth):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as one:
            one.writestr("a", content)
        content = packed.getvalue()
    return content


@pytest.mark.parametrize(("what", "make", "why"), UNREAD, ids=[one[0] for one in UNREAD])
def test_what_is_not_understood_is_not_called_clean(
    tmp_path: Path, what: str, make: Callable[[Path], object], why: str
) -> None:
    make(tmp_path / "berkas")
    seen = scanned(tmp_path / "berkas")
    assert seen.code == 3
    assert f"why_{why}" in set(seen.unread["bentuk"])
    assert not seen.passed
