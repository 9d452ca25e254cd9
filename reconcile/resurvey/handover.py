"""The workbook with which a kabupaten hands out its lists: which village has how many, who took it, when."""

from collections.abc import Mapping

import pandas as pd

from reconcile.language import text
from reconcile.reports.forms import FormBook, FormColumn, FormSheet
from reconcile.resurvey.village_words import Round

SHEET = "REKAP"
_TOLD = {"kecamatan": 22, "kode_desa": 15, "desa": 24, "jumlah": 9, "jatuh_tempo": 11, "berkas": 44}
_OPEN = {"diserahkan": 24, "tanggal_serah": 13, "kembali": 13, "paraf": 12}


def handover_book(regency: str, books: Mapping[str, pd.DataFrame], shared: Round) -> FormBook:
    """Return the workbook of a kabupaten; ``books`` gives the WORKLIST lines of each file of a list."""
    language = shared.language
    rows = pd.DataFrame(
        [
            {
                "kecamatan": lines["nama_kec"].iloc[0],
                "kode_desa": lines["kode_desa"].iloc[0],
                "desa": lines["nama_desa"].iloc[0],
                "jumlah": str(len(lines)),
                "jatuh_tempo": lines["jatuh_tempo"].max(),
                "berkas": path,
            }
            for path, lines in sorted(books.items())
        ],
        columns=list(_TOLD),
    )
    unplaced = rows["kode_desa"].isna()
    rows["desa"] = rows["desa"].mask(unplaced, text("handover_unplaced", language))
    total = sum(len(lines) for lines in books.values())
    titles = (
        text("handover_title", language, regency=regency),
        text(
            "handover_about",
            language,
            period=shared.period,
            run=shared.run,
            lists=len(books),
            count=total,
        ),
        text("handover_fill", language),
    )
    columns = (
        *(FormColumn(key, text(f"handover_{key}", language), width) for key, width in _TOLD.items()),
        *(
            FormColumn(key, text(f"handover_{key}", language), width, open=True)
            for key, width in _OPEN.items()
        ),
    )
    footer = (
        f"&L&8{regency.replace('&', '&&')}&R&8{text('list_page', language)} &P {text('list_of', language)} &N"
    )
    sheet = FormSheet(SHEET, titles, columns, rows.astype("str"), fixed=3, footer=footer)
    return FormBook((sheet,), {"jalan": shared.run, "periode": shared.period})
