"""NIK, KK and region codes: is it one, what does it normalise to, what does it encode.

The NIK is ``RRRRRRDDMMYYSSSS``: six digits of the Kemendagri region where it was issued, day (plus 40 for
women), month, year, and a serial that starts at 0001. The region is where it was *issued*, under the code
valid then: another province or a dead code is normal among migrants and never makes a NIK invalid.
"""

from hashlib import blake2b

import numpy as np
import numpy.typing as npt
import pandas as pd

KEY_BYTES = 32
_CASE_ALPHABET = "BCDFGHJKLMNPQRTVWXYZ"
#: A pseudonym as it stands in any text, behind the letters of its kind.
PSEUDONYM = "-".join([f"[{_CASE_ALPHABET}]{{5}}"] * 3)


def nik_birth_dates(nik: pd.Series) -> pd.DataFrame:
    """Return ``hari``, ``bulan``, ``tahun2``, ``jenis_kelamin`` that each 16-digit NIK encodes.

    ``nik`` holds 16 digits or missing; so do the answers. ``tahun2`` has two digits: the century needs a
    birth date. A day or month outside the calendar is missing.
    """
    day = pd.to_numeric(nik.str.slice(6, 8)).astype("Int64")
    month = pd.to_numeric(nik.str.slice(8, 10)).astype("Int64")
    year = pd.to_numeric(nik.str.slice(10, 12)).astype("Int64")
    female = day > 40
    day = day.where(~female.fillna(value=False), day - 40)
    real = (day.between(1, 31) & month.between(1, 12)).fillna(value=False)
    sex = pd.Series(np.where(female.fillna(value=False), "P", "L"), index=nik.index, dtype="str")
    return pd.DataFrame(
        {
            "hari": day.where(real),
            "bulan": month.where(real),
            "tahun2": year.where(real),
            "jenis_kelamin": sex.where(real),
        }
    )


def dotted_village_code(code: pd.Series) -> pd.Series:
    """Return Kemendagri village codes as ``64.02.05.2003``; missing for what is no ten-digit code."""
    digits = code.str.replace(".", "", regex=False).str.strip()
    digits = digits.where(digits.str.fullmatch(r"\d{10}").fillna(value=False))
    return (
        digits.str.slice(0, 2)
        + "."
        + digits.str.slice(2, 4)
        + "."
        + digits.str.slice(4, 6)
        + "."
        + digits.str.slice(6, 10)
    )


def pseudonyms(values: pd.Series, *, key: bytes, purpose: str) -> pd.Series:
    """Return a keyed id such as ``KBTRQ-XWPLM-DGJHT`` for each value; missing stays missing.

    BLAKE2b keyed with ``key`` (32 bytes or more) and personalised by ``purpose`` (at most 16 bytes), cut to
    fifteen letters of a twenty-letter alphabet without vowels: 64 bits, no digit, so that a spreadsheet
    cannot take it for a number or a date. Unkeyed hashes of a NIK can be reversed in minutes; these cannot
    without the key. Two different values with one id are a ValueError.
    """
    if len(key) < KEY_BYTES:
        message = f"the key has {len(key)} bytes, {KEY_BYTES} are needed"
        raise ValueError(message)
    distinct = values.dropna().drop_duplicates()
    keyed = blake2b(key=key[:64], person=purpose.encode(), digest_size=8)
    digests = b"".join(_digest(keyed, value) for value in distinct)
    ids = _letters(np.frombuffer(digests, dtype=">u8"))
    if len(np.unique(ids)) != len(ids):
        message = f"two values share one pseudonym for {purpose}"
        raise ValueError(message)
    return values.map(pd.Series(ids, index=distinct.array, dtype="str")).astype("str")


def recipient_key(key: bytes, recipient: str) -> bytes:
    """Return the key of one recipient's ids: 32 bytes that tell nothing of ``key`` nor of another one.

    Ids made with it are of the same form, and no two recipients' files share one.
    """
    if len(key) < KEY_BYTES:
        message = f"the key has {len(key)} bytes, {KEY_BYTES} are needed"
        raise ValueError(message)
    return blake2b(recipient.encode(), key=key[:64], person=b"padan-penerima", digest_size=KEY_BYTES).digest()


def keyed_shares(values: pd.Series, *, key: bytes, purpose: str) -> npt.NDArray[np.float64]:
    """Return a number from 0 up to 1 for each value, as if drawn by lot, and the same every time.

    Keyed and personalised as ``pseudonyms`` are: the draws of two purposes know nothing of each other.
    """
    keyed = blake2b(key=key[:64], person=purpose.encode(), digest_size=8)
    digests = b"".join([_digest(keyed, value) for value in values.to_numpy()])
    return np.frombuffer(digests, dtype=">u8").astype(np.float64) / 2.0**64


def _digest(keyed: blake2b, value: str) -> bytes:
    one = keyed.copy()
    one.update(value.encode())
    return one.digest()


def _letters(numbers: npt.NDArray[np.uint64]) -> npt.NDArray[np.str_]:
    """Return each number as fifteen letters in three groups, the whole column at a time."""
    rest = numbers.astype(np.uint64)
    text = np.full((len(rest), 17), ord("-"), dtype=np.uint32)
    alphabet = np.array([ord(letter) for letter in _CASE_ALPHABET], dtype=np.uint32)
    for column in (0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 12, 13, 14, 15, 16):
        rest, place = np.divmod(rest, np.uint64(len(alphabet)))
        text[:, column] = alphabet[place]
    return text.view("<U17").reshape(-1)
