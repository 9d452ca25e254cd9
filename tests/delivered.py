"""Builders of small delivered files, all made up: workbooks, archives, pages, and damaged ones."""

import io
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msoffcrypto
import openpyxl
import pyzipper
import xlsxwriter
from msoffcrypto.format.ooxml import OOXMLFile

Rows = Sequence[Sequence[object]]

_ODS = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
<table:table table:name="{name}">{rows}</table:table></office:spreadsheet></office:body>
</office:document-content>"""
_XML = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="Satu"><Table>{rows}</Table>
</Worksheet></Workbook>"""


def xlsx(build: Callable[[Any], None], **options: object) -> bytes:
    """Return an XLSX that ``build`` fills; ``options`` are those of xlsxwriter."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, options) as book:
        build(book)
    return content.getvalue()


def sheets(**tables: Rows) -> bytes:
    """Return an XLSX with a sheet per name."""

    def build(book: Any) -> None:
        for name, rows in tables.items():
            sheet = book.add_worksheet(name)
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)

    return xlsx(build)


def one_sheet(fill: Callable[[Any, Any], None], **options: object) -> bytes:
    """Return an XLSX with one sheet ``Satu``, which ``fill`` fills."""
    return xlsx(lambda book: fill(book.add_worksheet("Satu"), book), **options)


def openpyxl_book(**cells: object) -> bytes:
    """Return an XLSX of openpyxl, which stores formulas without their values."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Satu"
    for place, value in cells.items():
        sheet[place] = value
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def with_part(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return a ZIP in which one part is changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            held = source.read(name)
            target.writestr(name, change(held) if name == part else held)
    return out.getvalue()


def stored(content: bytes) -> bytes:
    """Return a ZIP whose members are not packed, so that damage reaches what is in them."""
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        return archive({name: source.read(name) for name in source.namelist()}, zipfile.ZIP_STORED)


def with_wrong_checksum(content: bytes, part: str) -> bytes:
    """Return a ZIP in which the checksum of one part is another one."""
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        crc = source.getinfo(part).CRC.to_bytes(4, "little")
    return content.replace(crc, bytes(byte ^ 1 for byte in crc))


def ods(rows: Rows, name: str = "Satu") -> bytes:
    """Return an ODS whose cells are text, or numbers for floats."""

    def cell(value: object) -> str:
        if isinstance(value, float):
            return f'<table:table-cell office:value-type="float" office:value="{value!r}"/>'
        return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'

    body = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    return archive(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:'
            'xmlns:manifest:1.0"/>',
            "content.xml": _ODS.format(name=name, rows=body),
        }
    )


def xml_2003(rows: str) -> bytes:
    """Return an XML Spreadsheet 2003 with the given ``Row`` elements."""
    return _XML.format(rows=rows).encode()


def archive(members: Mapping[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a ZIP of the members."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as target:
        for name, held in members.items():
            target.writestr(name, held)
    return content.getvalue()


def locked_xlsx(content: bytes, password: str) -> bytes:
    """Return an XLSX behind a password, as Excel saves it."""
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(content)).encrypt(password, out)
    assert msoffcrypto.OfficeFile(out).is_encrypted()
    return out.getvalue()


def aes_zip(members: Mapping[str, bytes], password: str) -> bytes:
    """Return a ZIP behind a password, AES as of WinZip and 7-Zip."""
    content = io.BytesIO()
    with pyzipper.AESZipFile(content, "w", encryption=pyzipper.WZ_AES) as target:
        target.setpassword(password.encode())
        for name, held in members.items():
            target.writestr(name, held)
    return content.getvalue()


def zipcrypto_zip(name: str, held: bytes, password: str) -> bytes:
    """Return a ZIP of one stored member behind the old encryption of ZIP (APPNOTE 6.1)."""
    keys = [0x12345678, 0x23456789, 0x34567890]
    table = [_crc_entry(n) for n in range(256)]

    def update(byte: int) -> None:
        keys[0] = table[(keys[0] ^ byte) & 0xFF] ^ (keys[0] >> 8)
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = table[(keys[2] ^ (keys[1] >> 24)) & 0xFF] ^ (keys[2] >> 8)

    def encrypt(byte: int) -> int:
        mixed = (keys[2] | 2) & 0xFFFF
        update(byte)
        return byte ^ ((mixed * (mixed ^ 1)) >> 8 & 0xFF)

    for byte in password.encode():
        update(byte)
    check = zlib.crc32(held) >> 24
    locked = bytes(encrypt(byte) for byte in bytes(11) + bytes([check]) + held)
    content = bytearray(archive({name: locked}, zipfile.ZIP_STORED))
    for header, flags, crc, size in ((b"PK\x03\x04", 6, 14, 22), (b"PK\x01\x02", 8, 16, 24)):
        at = content.index(header)
        content[at + flags] |= 1
        content[at + crc : at + crc + 4] = zlib.crc32(held).to_bytes(4, "little")
        content[at + size : at + size + 4] = len(held).to_bytes(4, "little")
    return bytes(content)


def _crc_entry(number: int) -> int:
    for _ in range(8):
        number = (number >> 1) ^ (0xEDB88320 if number & 1 else 0)
    return number
