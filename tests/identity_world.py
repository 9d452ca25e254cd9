"""A few made-up people, their identities in every spelling, and files of every format that hold one."""

import base64
import gzip
import io
import json
import sqlite3
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from reconcile.identities.known import Known, known_identities

#: From Papua, so that it is above 2^53 and a float loses it, and from here.
PAPUA, NIK = "9471010101900003", "6472014505880002"
NAME, BIRTH, DISTRICT = "SITI RAHMAWATI", "1988-05-05", "64.72.01"


def known() -> Known:
    people = pd.DataFrame(
        {
            "nama": [NAME, "BUDI HARTONO WIJAYA", "SITI RAHMAWATI"],
            "tanggal_lahir": pd.to_datetime([BIRTH, "1990-04-03", "2001-02-03"]),
        }
    )
    numbers = pd.Series([NIK, PAPUA, "9999999999999999", "0", None, "lihat 6402051203850001."], dtype="str")
    return known_identities([numbers], people, {"647201": "Samarinda Ulu"})


def entities(number: str) -> str:
    return "".join(f"&#{ord(digit)};" for digit in number)


#: How an identity may be written, and what stands beside it in its row.
SPELLINGS: dict[str, tuple[str, ...]] = {
    "plain": (NIK,),
    "separated": ("647201.450588.0002",),
    "numeric": (f"{float(NIK):.14E}",),
    "apostrophe": (f"'{NIK}",),
    "escaped": (entities(NIK),),
    "reversed": (NIK[::-1],),
    "masked": ("6472********0002", "05/05/1988", "P", DISTRICT),
    "base64": (base64.b64encode(NIK.encode()).decode(),),
}
COLUMNS = ("a", "b", "c", "d", "e")


def row(spelling: str) -> list[str]:
    return [*SPELLINGS[spelling], *("x",) * 5][:5]


def delimited(path: Path, spelling: str) -> None:
    path.write_text(";".join(COLUMNS) + "\n" + ";".join(row(spelling)) + "\n", encoding="utf-8-sig")


def utf16(path: Path, spelling: str) -> None:
    path.write_text("\t".join(COLUMNS) + "\n" + "\t".join(row(spelling)) + "\n", encoding="utf-16")


def workbook(path: Path, spelling: str) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Lembar")
        sheet.hide()
        book.add_worksheet("Lain")
        for column, value in enumerate(row(spelling)):
            if spelling == "numeric" and not column:
                sheet.write_number(1, column, float(value))
            else:
                sheet.write_string(1, column, value)


def geopackage(path: Path, spelling: str) -> None:
    values = [float(v) if spelling == "numeric" and not n else v for n, v in enumerate(row(spelling))]
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE isi (a, b, c, d, e)")
        database.execute("INSERT INTO isi VALUES (?, ?, ?, ?, ?)", values)
    database.close()


def parquet(path: Path, spelling: str) -> None:
    values = [[float(v) if spelling == "numeric" and not n else v] for n, v in enumerate(row(spelling))]
    pq.write_table(pa.table(dict(zip(COLUMNS, values, strict=True))), path, compression="zstd")


def page(path: Path, spelling: str) -> None:
    cells = "".join(f"<td>{value}</td>" for value in row(spelling))
    path.write_text(f"<!doctype html>\n<table><tr>{cells}</tr></table>\n", encoding="utf-8")


def paper(path: Path, spelling: str) -> None:
    """Write a PDF of one page, its text compressed."""
    drawn = f"BT /F1 9 Tf 20 700 Td ({'   '.join(row(spelling))}) Tj ET".encode()
    packed = zlib.compress(drawn)
    font = b"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 900 800] /Contents 4 0 R /Resources " + font + b" >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed),
    ]
    content, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 5\n0000000000 65535 f \n%strailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    path.write_bytes(content + end % (table, len(content)))


def archive(path: Path, spelling: str) -> None:
    """Write gzip of a ZIP in a ZIP with a JSON file in it."""
    inner, outer = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("isi.json", json.dumps([dict(zip(COLUMNS, row(spelling), strict=True))], indent=1))
    with zipfile.ZipFile(outer, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("dalam.zip", inner.getvalue())
    path.write_bytes(gzip.compress(outer.getvalue()))


#: Formats by the name that a file of it has here, which nothing depends on.
FORMATS: dict[str, Callable[[Path, str], None]] = {
    "csv": delimited,
    "txt": utf16,
    "xlsx": workbook,
    "gpkg": geopackage,
    "parquet": parquet,
    "html": page,
    "pdf": paper,
    "gz": archive,
}
