"""What tells of a person and what does not: numbers in every spelling, names, masked numbers beside dates."""

import base64
import hashlib
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from identity_world import BIRTH, DISTRICT, NAME, NIK, PAPUA, entities, known

from reconcile.identities.digits import numbers_in_binary, numbers_in_text
from reconcile.identities.forms import Form
from reconcile.identities.known import known_identities
from reconcile.identities.look import Part, Shape, identities_in
from reconcile.identities.spellings import as_utf8, decoded, is_text, unescaped

KNOWN = known()
FULL_WIDTH = "".join(chr(0xFF10 + int(digit)) for digit in NIK)

TEXTS = [
    # a line as it stands in a file, the one form in which it tells of somebody, or None
    (NIK, Form.PLAIN),
    (f"nomor{NIK}ini", Form.PLAIN),
    (f"99{NIK}11", Form.PLAIN),
    (f"{NIK}.0", Form.PLAIN),
    (PAPUA, Form.PLAIN),
    # one that was set aside as part of a sentence
    ("6402051203850001", Form.PLAIN),
    ("6472 0145 0588 0002", Form.SEPARATED),
    ("64.72.01-450588-0002", Form.SEPARATED),
    ("6.472.014.505.880.002", Form.SEPARATED),
    ("6472\u00a00145\u202f0588\u20110002", Form.SEPARATED),
    ("6.472014505880002e+15", Form.SEPARATED),
    ("6.47201450588000E+15", Form.LOST),
    ("6472014505880000", Form.LOST),
    ("647201450588000", Form.LOST),
    (NIK[::-1], Form.REVERSED),
    (NIK.encode().hex(), Form.CODED),
    ("".join(f"%{ord(digit):02X}" for digit in NIK), Form.CODED),
    ("".join(f"\\u{ord(digit):04x}" for digit in NIK), Form.CODED),
    (entities(NIK), Form.CODED),
    (entities(NIK).replace("&", "&amp;"), Form.CODED),
    (FULL_WIDTH, Form.CODED),
    # the end of a line in an e-mail
    (f"{NIK[:9]}=\n{NIK[9:]}", Form.CODED),
    (base64.b64encode(f"xy{NIK}".encode()).decode(), Form.CODED),
    (f"/a/{base64.b64encode(NIK.encode()).decode()}", Form.CODED),
    # a hash that anybody can try
    (f"x,{hashlib.sha256(NIK.encode()).hexdigest()},x", Form.HASHED),
    (hashlib.md5(NIK.encode(), usedforsecurity=False).hexdigest().upper(), Form.HASHED),
    (hashlib.sha1(NIK.encode(), usedforsecurity=False).hexdigest(), Form.HASHED),
    (hashlib.blake2b(NIK.encode(), key=b"rahasia", digest_size=32).hexdigest(), None),
    # a name beside its birth date, however both are written
    (f"{NAME};{BIRTH}", Form.NAME_AND_BIRTH),
    ("siti  rahmawati | 5 Mei 1988", Form.NAME_AND_BIRTH),
    ("05/05/88;Hj. Siti Rahmawati binti Ali", Form.NAME_AND_BIRTH),
    ('19880505,x,"SITI RAHMAWATI"', Form.NAME_AND_BIRTH),
    # a long name that one person bears
    ("Bapak Budi Hartono Wijaya hadir", Form.NAME),
    # the digits that are hidden are those of kecamatan, birth date and sex
    (f"6472********0002;{BIRTH};P", Form.MASKED),
    (f"************0002;{BIRTH}", Form.MASKED),
    (f"xxxx-xxxx-xxxx-0002;{BIRTH}", Form.MASKED),
    (f"647201**********;{BIRTH}", Form.MASKED),
    (f"6472…0002;{BIRTH}", Form.MASKED),
    (f"0002;{BIRTH};{DISTRICT}.1001", Form.MASKED),
    (f"0002;{BIRTH};Kecamatan Samarinda Ulu", Form.MASKED),
    # of nobody here
    ("6472014505880009", None),
    ("9999999999999999", None),
    ("6472********0002;P;64.72.01", None),
    (f"6472********0009;{BIRTH};{DISTRICT}", None),
    (f"0002;{BIRTH};64.02.05", None),
    (f"0002;{BIRTH}", None),
    (NAME, None),
    (f"{NAME};1988-05-06", None),
    (f"SITI AMINAH;{BIRTH}", None),
    (f"{NAME}\n{BIRTH}", None),
    ("647201450;5880002", None),
    ("116.98765432109876;-0.50212345678901", None),
]


@pytest.mark.parametrize(("line", "form"), TEXTS, ids=[str(n) for n in range(len(TEXTS))])
def test_a_line_tells_of_somebody_or_of_nobody(line: str, form: Form | None) -> None:
    content = f"kepala;lain\n{line}\n".encode()
    found = identities_in(Part("", content, Shape.DELIMITED), KNOWN)
    for code in decoded(content):
        found += identities_in(Part("", code, Shape.BINARY, coded=True), KNOWN)
    assert found == ({form: 1} if form else {})


@pytest.mark.parametrize("kind", ["<i8", ">i8", "<f8", ">f8"])
def test_a_stored_number_is_found_at_any_byte(kind: str) -> None:
    for shift in range(8):
        content = b"\x07" * shift + np.array([int(NIK)]).astype(kind).tobytes() + b"\0\0"
        assert numbers_in_binary(content, KNOWN) == {Form.STORED: 1}
        assert numbers_in_binary(content[:-3], KNOWN) == {}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_text_is_read_in_its_encoding(encoding: str) -> None:
    content = as_utf8(f"kolom\n{NIK}\n".encode(encoding))
    assert is_text(content)
    assert numbers_in_text(content, KNOWN) == {Form.PLAIN: 1}


def test_a_number_across_a_border_of_the_passes_is_found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    content = b"; ".join([b"6472-0145-0588-0002", NIK[::-1].encode(), NIK.encode()] * 40)
    whole = numbers_in_text(content, KNOWN)
    for size in range(64, 90):
        monkeypatch.setattr("reconcile.identities.digits._CHUNK", size)
        assert numbers_in_text(content, KNOWN) == whole
    assert whole == {Form.SEPARATED: 40, Form.REVERSED: 40, Form.PLAIN: 40}


@pytest.mark.parametrize(
    ("shape", "content"),
    [
        (Shape.MARKUP, f'<rect data-nama="{NAME}" data-lahir="{BIRTH}"/>'),
        (Shape.MARKUP, f"<tr>\n<td>{NAME}</td>\n<td>{BIRTH}</td>\n</tr>"),
        (Shape.MARKUP, f"<tr><td><p>{NAME}</p></td><td><p>{BIRTH}</p></td></tr>"),
        (Shape.MARKUP, f"<w:tr><w:tc><w:p>{NAME}</w:p></w:tc><w:tc><w:p>{BIRTH}</w:p></w:tc></w:tr>"),
        (Shape.JSON, f'[{{"nama": "{NAME}",\n "lahir": "{BIRTH}"}}]'),
        (Shape.ROWS, f"{NAME}\x1f{BIRTH}"),
    ],
)
def test_a_row_is_what_the_format_says(shape: Shape, content: str) -> None:
    assert identities_in(Part("", content.encode(), shape), KNOWN) == {Form.NAME_AND_BIRTH: 1}


def test_tags_inside_a_number_do_not_hide_it() -> None:
    content = f"<r><t>{NIK[:6]}</t></r><r><t>{NIK[6:]}</t></r>".encode()
    assert identities_in(Part("", content, Shape.MARKUP), KNOWN) == {Form.CODED: 1}


def test_a_mask_that_fits_two_people_tells_of_nobody() -> None:
    two = pd.Series([NIK, "6473014505880002"], dtype="str")
    people = pd.DataFrame({"nama": [NAME], "tanggal_lahir": pd.to_datetime([BIRTH])})
    both = known_identities([two], people)
    for line, expected in (
        (f"64************02;{BIRTH}", {}),
        (f"************0002;{BIRTH}", {}),
        (f"6473********0002;{BIRTH}", {Form.MASKED: 1}),
        (f"************0002;{BIRTH};{DISTRICT}", {Form.MASKED: 1}),
    ):
        assert identities_in(Part("", line.encode(), Shape.DELIMITED), both) == Counter(expected), line


def test_plain_text_has_nothing_to_resolve() -> None:
    assert unescaped("nama;alamat\nSITI;Gg. Añez & Co\n".encode()) is None
