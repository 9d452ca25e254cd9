"""Edge module: the form of a kabupaten for ODK Collect or KoboCollect, and the list of families beside it."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv

from flows.csvfile import neutral
from flows.xlsxfile import write_xlsx
from reconcile.disclosure import MODES, PHONE_LIST, Disclosure, allowed
from reconcile.resurvey.form import load_form
from reconcile.resurvey.xlsform import MEDIA, choices, families, settings, survey
from reconcile.vocab import Language


def write_odk(
    folder: Path, rows: pd.DataFrame, villages: pd.DataFrame, *, run: str, period: str, language: Language
) -> list[Path]:
    """Write the XLSForm and its media file for WORKLIST ``rows`` of one kabupaten; return both, TERBATAS.

    ``villages`` is VILLAGES; those of other kabupaten are left out. The form is ``verval_<code>.xlsx`` and
    goes to the server together with keluarga.csv. The same input gives the same bytes.
    """
    code, area = _kabupaten(rows)
    own = villages[villages["kode_kab"] == code]
    form = load_form()
    sheets = {
        "survey": survey(form, run),
        "choices": choices(form, own, unplaced=bool(rows["kode_desa"].isna().any())),
        "settings": settings(area=area, code=code, run=run, period=period, language=language),
    }
    folder.mkdir(parents=True, exist_ok=True)
    book, media = folder / f"verval_{code or 'tanpa_kabupaten'}.xlsx", folder / MEDIA
    write_xlsx(book, sheets)
    _write_media(media, allowed(PHONE_LIST, families(rows, language)).whole())
    for path in (book, media):
        path.chmod(MODES[Disclosure.RESTRICTED])
    return [book, media]


def _kabupaten(rows: pd.DataFrame) -> tuple[str, str]:
    code, area = (next(iter(rows[name].dropna()), "") for name in ("kode_kab", "nama_kab"))
    return code, area


def _write_media(path: Path, table: pd.DataFrame) -> None:
    """Write CSV as ODK reads it: commas, UTF-8 without a mark before the first heading, lines ended by LF."""
    options = pyarrow.csv.WriteOptions(delimiter=",", quoting_style="needed")
    with path.open("wb") as file:
        pyarrow.csv.write_csv(pa.Table.from_pandas(neutral(table), preserve_index=False), file, options)
