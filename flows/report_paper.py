"""Edge module: the report as PDF, from the same page with the rules of paper; asks nothing of any host."""

from pathlib import Path
from typing import Any

import matplotlib as mpl

from reconcile.errors import Fault, PublishError

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
    written: bytes = document.write_pdf(pdf_identifier=b"padan", pdf_tags=True)
    return written
