"""Edge module: the report as PDF, from the same page with the rules of paper; asks nothing of any host."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib as mpl

from reconcile.errors import Fault, PublishError

#: What fontTools takes for the time now, where it is told.
_CLOCK = "SOURCE_DATE_EPOCH"
#: The font that matplotlib brings, so that a PDF looks the same on every machine, one without fonts included.
_FACES = {"normal": "DejaVuSans.ttf", "bold": "DejaVuSans-Bold.ttf"}


def _face_files() -> dict[str, Path]:
    folder = Path(mpl.get_data_path(), "fonts", "ttf")
    return {weight: folder / name for weight, name in _FACES.items()}


def face() -> str:
    """Return the CSS that names the font."""
    return "".join(
        f'@font-face {{ font-family: padan; font-weight: {weight}; src: url("{path.as_uri()}"); }}\n'
        for weight, path in _face_files().items()
    )


def as_pdf(page: str) -> bytes:
    """Return ``page`` (HTML) as PDF with bookmarks and tags: the same page, the same bytes.

    PublishError where the library Pango is not on the machine.
    """
    try:
        # fails without Pango, a library of the system
        from weasyprint import HTML  # noqa: PLC0415 - so that page and workbook are written without it
        from weasyprint.urls import URLFetcher  # noqa: PLC0415 - as above
    except OSError:
        raise PublishError([Fault.of("E_REPORT_PANGO")]) from None
    known = {path.as_uri() for path in _face_files().values()}

    class OnlyFonts(URLFetcher):  # type: ignore[misc]  # weasyprint has no types
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url not in known:
                message = "a report asks nothing of any host"
                raise ValueError(message)
            return super().fetch(url, headers)

    document = HTML(string=page, url_fetcher=OnlyFonts())
    with _fixed_clock():
        written: bytes = document.write_pdf(pdf_identifier=b"padan", pdf_tags=True)
    return written


@contextmanager
def _fixed_clock() -> Iterator[None]:
    """Stop the clock of the fonts: without HarfBuzz-Subset, fontTools cuts them, and writes the time in."""
    before = os.environ.get(_CLOCK)
    os.environ[_CLOCK] = "0"
    try:
        yield
    finally:
        os.environ.pop(_CLOCK)
        if before is not None:
            os.environ[_CLOCK] = before
