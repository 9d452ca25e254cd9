"""How fast `padan scan` looks through a province's outputs.

    python -m benchmarks.scan                       # 1,000,000 people, 300 MB
    python -m benchmarks.scan --people 10000 --mb 10

Makes people, a NIK and a KK number each, and a folder of files as a run publishes them: CSV, GeoPackage,
Parquet, workbook, page. One identity is planted in each; all must be found, and nothing else. Seconds are by
the clock and of the processor.
"""

import argparse
import sqlite3
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from flows.csvfile import write_csv
from flows.scan import File, scan_files
from reconcile.identities.known import known_identities

SEED = 64
LETTERS = np.array(list("BCDFGHJKLMNPQRTVWXYZ"))
WORDS = 400
ROW_BYTES = 260


def people(count: int, random: np.random.Generator) -> tuple[list[pd.Series], pd.DataFrame]:
    """Return NIK and KK numbers as text, and names with birth dates."""
    days = pd.Timestamp("1940-01-01") + pd.to_timedelta(random.integers(0, 30_000, count), unit="D")
    region = 640_200 + random.integers(1, 1000, count)
    written = days.day * 10**4 + days.month * 100 + days.year % 100
    nik = (
        region * 10**10
        + (written + 40 * 10**4 * random.integers(0, 2, count)) * 10**4
        + random.integers(1, 20, count)
    )
    kk = region * 10**10 + random.integers(10_000, 310_000, count) * 10**4 + random.integers(1, 900, count)
    stems = np.array(["".join(random.choice(LETTERS, 6)) + "I" for _ in range(WORDS)])
    names = pd.Series(random.choice(stems, count)) + " " + random.choice(stems, count)
    names = names.where(random.random(count) < 0.5, names + " " + random.choice(stems, count))
    numbers = [pd.Series(nik.astype("U16"), dtype="str"), pd.Series(kk.astype("U16"), dtype="str")]
    return numbers, pd.DataFrame({"nama": names, "tanggal_lahir": days})


def findings(rows: int, random: np.random.Generator) -> pd.DataFrame:
    """Return rows as INTERNAL files have them: ids, codes, places, dates, numbers, sentences."""
    text = random.choice(LETTERS, (rows, 12))
    ids = pd.Series(["".join(row) for row in text])
    day = pd.Timestamp("2020-01-01") + pd.to_timedelta(random.integers(0, 2200, rows), unit="D")
    village = random.integers(6_402_012_001, 6_407_162_009, rows).astype("U10")
    return pd.DataFrame(
        {
            "kasus": "KS-" + ids,
            "id_rekon": "R-" + ids.sample(frac=1, random_state=1).to_numpy(),
            "kode": random.choice(["I01", "K02", "W06", "D01"], rows),
            "kode_desa": village,
            "judul": random.choice(["Desil berbeda di dua daftar", "Titik di luar desa tercatat"], rows),
            "berkas": random.choice(["p3ke/p3ke_keluarga_2023_64.07.csv", "bps/keluarga_dtsen.csv"], rows),
            "baris": random.integers(2, 400_000, rows),
            "bujur": random.uniform(113.8, 119.0, rows),
            "lintang": random.uniform(-2.5, 4.4, rows),
            "skor": random.random(rows),
            "muncul_pertama": day.strftime("%Y-%m-%d"),
            "langkah": random.choice(
                ["Cek dokumen kependudukan, bukan dicoret.", "Kunjungi keluarga."], rows
            ),
        }
    )


def write_folder(
    folder: Path, size_mb: int, planted: list[str], random: np.random.Generator
) -> dict[str, Path]:
    """Write files of about ``size_mb`` in all, an identity in each."""
    table = findings(size_mb * 1_000_000 // 2 // ROW_BYTES, random)
    half = table.iloc[: len(table) // 2]
    marks = iter(planted)

    def marked(rows: pd.DataFrame) -> pd.DataFrame:
        rows = rows.reset_index(drop=True)
        rows.loc[len(rows) - 7, "langkah"] = f"lihat {next(marks)}"
        return rows

    write_csv(folder / "temuan.csv", marked(table))
    with sqlite3.connect(folder / "padan.gpkg") as database:
        marked(half).to_sql("keluarga", database, index=False)
    database.close()
    pq.write_table(pa.Table.from_pandas(marked(half)), folder / "temuan.parquet")
    with xlsxwriter.Workbook(folder / "temuan.xlsx", {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Temuan")
        for number, row in enumerate(marked(half.iloc[:100_000]).itertuples(index=False)):
            sheet.write_row(number, 0, row)
    cells = marked(half.iloc[:100_000]).astype("str").agg("</td><td>".join, axis=1)
    page = "<table><tr><td>" + "</td></tr>\n<tr><td>".join(cells) + "</td></tr></table>"
    (folder / "temuan.html").write_text(page, encoding="utf-8")
    return {path.name: path for path in sorted(folder.iterdir())}


def main() -> None:
    """Print seconds and MB/s per file."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--mb", type=int, default=300)
    given = parser.parse_args()
    random = np.random.default_rng(SEED)
    numbers, persons = people(given.people, random)
    start, busy = time.perf_counter(), time.process_time()
    known = known_identities(numbers, persons, {})
    seconds, busy = time.perf_counter() - start, time.process_time() - busy
    print(
        f"{len(known.numbers):,} numbers, {len(known.people):,} names: {seconds:.1f} s, processor {busy:.1f}"
    )
    with tempfile.TemporaryDirectory() as place:
        files = write_folder(Path(place), given.mb, numbers[0].iloc[:5].tolist(), random)
        print("| file | MB | s | processor s | MB/s of it | found |\n|---|---|---|---|---|---|")
        whole, taken, used = 0.0, 0.0, 0.0
        for name, path in files.items():
            start, busy = time.perf_counter(), time.process_time()
            seen = scan_files([File(path, name)], known)
            seconds, busy = time.perf_counter() - start, time.process_time() - busy
            mb = seen.size / 1e6
            whole, taken, used = whole + mb, taken + seconds, used + busy
            told = ", ".join(
                f"{row.tempat or '-'}: {row.jumlah} {row.bentuk}" for row in seen.found.itertuples()
            )
            print(f"| {name} | {mb:.0f} | {seconds:.1f} | {busy:.1f} | {mb / busy:.0f} | {told} |")
        print(f"| all | {whole:.0f} | {taken:.1f} | {used:.1f} | {whole / used:.0f} | |")


if __name__ == "__main__":
    main()
