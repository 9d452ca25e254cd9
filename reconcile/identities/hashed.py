"""Numbers behind a hash without a key: a province's can be tried in minutes, so it gives the number away."""

import hashlib
from collections import Counter
from functools import lru_cache

import numpy as np

from reconcile.identities.forms import Form
from reconcile.identities.known import Known, among
from reconcile.identities.spellings import letter_codes
from reconcile.identities.words import Hashes

#: What is in use, by its hexadecimal digits; MD5 and SHA-1 protect nothing here, they are recognised.
_KINDS = {32: "md5", 40: "sha1", 64: "sha256"}
_HEX = frozenset(b"0123456789abcdefABCDEF")
#: So many digits are compared.
_COMPARED = 16


def hashes_in(content: bytes, known: Known) -> Counter[Form]:
    """Return how many distinct hashes in ``content`` are those of a known number."""
    found = 0
    codes = [code for code in letter_codes(content) if len(code) in _KINDS and _HEX.issuperset(code)]
    for size, kind in _KINDS.items():
        heads = [code[:_COMPARED] for code in codes if len(code) == size]
        if heads:
            seen = np.frombuffer(bytes.fromhex(b"".join(heads).decode("ascii")), dtype=">u8")
            found += int(among(seen.astype(np.uint64), _hashed(known, kind)).sum())
    return +Counter({Form.HASHED: found})


@lru_cache(maxsize=len(_KINDS))
def _hashed(known: Known, kind: str) -> Hashes:
    """Return the first 64 bits of the hash of every known number, sorted; made when first asked for."""
    empty = hashlib.new(kind, usedforsecurity=False)
    heads = []
    for number in known.numbers.tolist():
        one = empty.copy()
        one.update(b"%016d" % number)
        heads.append(one.digest()[:8])
    return np.sort(np.frombuffer(b"".join(heads), dtype=">u8").astype(np.uint64))
