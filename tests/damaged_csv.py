"""Delimited files with planted damage, and what must hold of each of them however it is damaged."""

import random
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from reconcile.errors import InputError
from reconcile.sources.headers import Known, Layout, find_header
from reconcile.sources.headings import heading_faults
from reconcile.sources.lines import Lines
from reconcile.sources.raw import TextSheet
from reconcile.sources.readers import read_file
from reconcile.sources.records import Records, split_records
from reconcile.sources.spec import load_source

SPEC = load_source("dtsen_members_v3")
KNOWN = Known(SPEC)
FOOTER = ("jumlah", "total")
HEADINGS = (
    "nomor_kartu_keluarga",
    "nomor_induk_kependudukan",
    "nama",
    "tanggal_lahir",
    "status_hubungan_keluarga",
    "alamat",
    "desil_nasional",
)
_NAMES = (
    "SITI AMINAH",
    "BUDI, S.Pd",
    'H. "AJI" RAHMAN',
    "NUR | LINA",
    "MA\u2019ARIF",
    "JOS\u00c9",
    "NA",
    "TOTAL",
)
_STREETS = ("JL. MAWAR RT 03", "GG 2; NO 5", "", "DSN\tI", "JALAN 5\u201d", "-")
_DATES = ("1985-08-17", "17/08/1985", "31-Des-85", "", "25708")

#: What a damaged byte becomes.
_BYTES = [b'"', b"|", b",", b";", b"\t", b"\n", b"\r", b"\r\n", b"\x00", b"", b"E", b'""', b"\xff", b"\x92"]
_BYTES += [b"\xef\xbb\xbf", b"\xc2\xa0", b"\xe2\x80\xa8", b"\x1a", b"'", b" ", b"=", b"\xe9", b"0", b"\x0b"]


@dataclass(frozen=True)
class Damaged:
    """A damaged file and the NIKs that stood in it before."""

    content: bytes
    niks: tuple[str, ...]


def damaged_file(seed: int, rows: int = 24, *, plain: bool = False) -> Damaged:
    """Return the file number ``seed``: the same one every time.

    ``plain``: comma, line feed, UTF-8 and no title, which every reader knows before it is damaged.
    """
    dice = random.Random(seed)  # noqa: S311  # a fixed series of damages, nothing secret
    niks = tuple(f"640000{dice.randint(1, 28):02d}0885{n:04d}" for n in range(1, rows + 1))
    clean = _written(niks, dice, plain=plain)
    edits = dice.choice((_bytes_changed, _bytes_changed, _bytes_changed, _lines_changed, _cut))
    encoded = clean.encode("utf-8" if plain else dice.choice(("utf-8", "utf-8", "utf-8", "utf-8-sig")))
    return Damaged(edits(encoded, dice), niks)


def _written(niks: tuple[str, ...], dice: random.Random, *, plain: bool) -> str:
    delimiter = "," if plain else dice.choice(",;\t|")
    end = "\n" if plain else dice.choice(("\n", "\n", "\r\n", "\r"))
    quoting = dice.choice(("all", "needed", "needed"))
    rows = [HEADINGS, *(_row(number, nik, dice) for number, nik in enumerate(niks))]
    lines = [delimiter.join(_field(cell, delimiter, quoting) for cell in row) for row in rows]
    title = [] if plain else dice.choice(([], [], ["DATA ANGGOTA KELUARGA", ""], [f"sep={delimiter}"]))
    return end.join([*title, *lines, ""])


def _row(number: int, nik: str, dice: random.Random) -> tuple[str, ...]:
    family = f"640000010115{number // 4 + 1:04d}"
    relation = "Kepala Keluarga" if number % 4 == 0 else "Anak"
    return (family, nik, dice.choice(_NAMES), dice.choice(_DATES), relation, dice.choice(_STREETS), "1")


def _field(cell: str, delimiter: str, quoting: str) -> str:
    if quoting == "all" or delimiter in cell or '"' in cell:
        return '"' + cell.replace('"', '""') + '"'
    return cell


def _bytes_changed(content: bytes, dice: random.Random) -> bytes:
    for _ in range(dice.randint(1, 3)):
        place = dice.randrange(len(content))
        content = content[:place] + dice.choice(_BYTES) + content[place + dice.randint(0, 2) :]
    return content


def _lines_changed(content: bytes, dice: random.Random) -> bytes:
    lines = content.splitlines(keepends=True)
    for _ in range(dice.randint(1, 3)):
        place = dice.randrange(len(lines))
        extra = dice.choice((lines[place], b"\n", b"JUMLAH|24\n", b"\xef\xbb\xbf", b'"', lines[0], b"x\n"))
        lines[place : place + dice.randint(0, 1)] = [extra]
    return b"".join(lines)


def _cut(content: bytes, dice: random.Random) -> bytes:
    return _bytes_changed(content[: dice.randrange(len(content) // 2, len(content)) + 1], dice)


@dataclass
class Verdict:
    """What became of one damaged file; every field but ``cells`` empty or True is as it must be."""

    refused: str = ""
    lost: list[str] = field(default_factory=list)
    adds_up: bool = True
    same_both_ways: bool = True
    cells: pd.DataFrame = field(default_factory=pd.DataFrame)


def judge(damaged: Damaged, path: Path, *, both: bool = True) -> Verdict:
    """Read ``damaged``, written to ``path``; a refused file keeps its bytes and loses nothing.

    ``both``: the careful way too, to compare.
    """
    path.write_bytes(damaged.content)
    try:
        raw = read_file(path, label="x")
    except InputError as error:
        return Verdict(refused=error.faults[0].code)
    (sheet,) = raw.sheets
    assert isinstance(sheet, TextSheet)
    layout, refused = _layout(sheet)
    if layout is None:
        return Verdict(refused=refused)
    lines = list(sheet.lines)
    # small blocks, so that clean and damaged ones stand side by side
    fast = split_records(TextSheet(Lines("\n".join([*lines, ""]), block=500)), layout, FOOTER)
    careful = split_records(TextSheet(lines), layout, FOOTER) if both else fast
    counted = sum(count for fate, count in fast.lost.items() if fate != "physical")
    return Verdict(
        lost=_missing(damaged, fast),
        adds_up=fast.lost["physical"] == counted + len(fast.rows) + len(fast.aside),
        same_both_ways=same_records(fast, careful),
        cells=fast.cells,
    )


def _layout(sheet: TextSheet) -> tuple[Layout | None, str]:
    layout = find_header(sheet, KNOWN)
    if layout is None:
        return None, "E_HEADER_NOT_FOUND"
    faults = heading_faults("x", sheet, layout, KNOWN)
    return (None, faults[0].code) if faults else (layout, "")


def _missing(damaged: Damaged, records: Records) -> list[str]:
    intact = [nik for nik in damaged.niks if nik.encode() in damaged.content]
    kept = "\n".join([*records.cells.to_numpy().ravel(), *(aside.raw for aside in records.aside)])
    return [nik for nik in intact if nik not in kept]


def same_records(one: Records, other: Records) -> bool:
    """Return whether two readings agree in every cell, row number, row set aside, and count."""
    return (
        one.cells.equals(other.cells)
        and one.rows.tolist() == other.rows.tolist()
        and one.aside == other.aside
        and one.lost == other.lost
    )
