"""Workbooks that were sent with a password; runs in the reading process."""

from io import BytesIO

from msoffcrypto import OfficeFile
from msoffcrypto.exceptions import FileFormatError, InvalidKeyError

from reconcile.sources.reading.limits import RefusedError

#: Excel's own: a workbook locked with it opens without asking (SheetJS #355).
_SILENT = "VelvetSweatshop"


def unlock(content: bytes, password: str | None) -> bytes:
    """Return ``content`` without its encryption, or as it is where it has none.

    RefusedError ``E_ENCRYPTED`` when a password is needed, ``E_PASSWORD`` when it is another one,
    ``E_WORKBOOK`` when the encrypted file is damaged.
    """
    # a workbook with a password is an OLE file around it, with this stream
    locked = "EncryptedPackage".encode("utf-16-le") in content
    try:
        book = OfficeFile(BytesIO(content))
        if not book.is_encrypted():
            return content
        locked = True
        plain = BytesIO()
        book.load_key(password=password or _SILENT)
        book.decrypt(plain)
    except (InvalidKeyError, FileFormatError):
        # of the old formats it can only be told after the key was tried
        raise RefusedError(_code(locked=locked, password=password, damaged=False)) from None
    except Exception:  # noqa: BLE001  # a damaged OLE file fails in many ways, none of them documented
        if not locked:
            return content
        raise RefusedError(_code(locked=locked, password=password, damaged=True)) from None
    return plain.getvalue()


def _code(*, locked: bool, password: str | None, damaged: bool) -> str:
    if locked and not password:
        return "E_ENCRYPTED"
    return "E_PASSWORD" if locked and not damaged else "E_WORKBOOK"
