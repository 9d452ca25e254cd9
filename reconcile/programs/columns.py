"""What criteria may speak of: every column with its kind, its meaning and where it comes from.

A column that is not here is an error of the configuration; one that is here and that no delivered source
fills makes its programme untested (TIDAK DIUJI), never zero. Nothing tells of pregnancy, and disability is
in no source that is read, so neither stands here.

``desil`` is the decile in force: that of the newer list, as every value in force (resurvey.corrections),
and not the lower of the two, which would favour whoever an outdated list still calls poor. An office that
means otherwise writes it: ``desil_p3ke <= 1 atau desil_bps <= 1``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from rapidfuzz import process

from reconcile.programs.criteria import (
    Between,
    Compare,
    CriterionError,
    Flag,
    Known,
    Leaf,
    Member,
    Node,
    Value,
    leaves,
)
from reconcile.programs.vocab import NOT_VISITED, SEXES, Education, Marriage, Occupation, Unit
from reconcile.vocab import MatchStatus, Relationship, VisitResult

Kind = Literal["whole", "choice", "order", "yesno", "area"]

NEAREST = 3


@dataclass(frozen=True)
class Subject:
    """A column of criteria: ``source`` are the fields of the registries that it is made from.

    ``kind``: whole (a number), choice (a closed vocabulary), order (one whose values have an order), yesno,
    area (a dotted Kemendagri code). ``words`` are the values of choice and order, in their order.
    """

    name: str
    kind: Kind
    meaning: str
    source: tuple[str, ...]
    words: tuple[str, ...] = ()


def _words(vocabulary: type[StrEnum], *more: str) -> tuple[str, ...]:
    return (*(one.value for one in vocabulary), *more)


_MEMBERS = ("hubungan", "tanggal_lahir")

FAMILY_COLUMNS = (
    Subject("desil", "whole", "decile in force: of the newer list that tells it", ("desil",)),
    Subject("desil_p3ke", "whole", "decile of P3KE", ("desil",)),
    Subject("desil_bps", "whole", "decile of BPS", ("desil",)),
    Subject("jumlah_anggota", "whole", "members: visit, newer list, else member rows", ("jumlah_anggota",)),
    Subject("punya_anak_dini", "yesno", "a member of 0 to 6 years", _MEMBERS),
    Subject("punya_anak_sekolah", "yesno", "a member of 7 to 18 years", _MEMBERS),
    Subject("punya_lansia", "yesno", "a member of 60 years or more", _MEMBERS),
    Subject("kepala_perempuan", "yesno", "the head is a woman", ("jenis_kelamin",)),
    Subject("punya_pekerja_negara", "yesno", "a member is public servant or official", ("pekerjaan",)),
    Subject("terima_pkh", "yesno", "receives PKH: a list that tells says so", ("terima_pkh",)),
    Subject("terima_sembako", "yesno", "receives Sembako/BPNT", ("terima_sembako",)),
    Subject("terima_blt", "yesno", "receives cash aid of the village", ("terima_blt",)),
    Subject("terima_pbi", "yesno", "health insurance paid by the state (PBI)", ("terima_pbi",)),
    Subject("status_padan", "choice", "on which lists the family is", (), _words(MatchStatus)),
    Subject("hasil_kunjungan", "choice", "what the last visit found", (), _words(VisitResult, NOT_VISITED)),
    Subject("dinyatakan_mampu", "yesno", "a visit says that it is no longer poor", ()),
    Subject("kode_kab", "area", "kabupaten or kota, such as 64.02", ()),
    Subject("kode_kec", "area", "kecamatan, such as 64.02.05", ()),
    Subject("kode_desa", "area", "village, such as 64.02.05.2003", ()),
)

#: Columns that say that a family is served.
FLAGS = tuple(subject.name for subject in FAMILY_COLUMNS if subject.name.startswith("terima_"))

PERSON_COLUMNS = (
    Subject("umur", "whole", "age on the reference date, years", ("tanggal_lahir",)),
    Subject("jenis_kelamin", "choice", "sex", ("jenis_kelamin",), tuple(SEXES.values())),
    Subject("hubungan", "choice", "relationship to the head", ("hubungan",), _words(Relationship)),
    Subject("status_kawin", "choice", "marital status", ("status_kawin",), _words(Marriage)),
    Subject("pekerjaan", "choice", "occupation", ("pekerjaan",), _words(Occupation)),
    Subject("pendidikan", "order", "schooling", ("pendidikan",), _words(Education)),
    Subject("bersekolah", "yesno", "goes to school now", ("pendidikan",)),
)


def columns_of(unit: Unit) -> Mapping[str, Subject]:
    """Return the columns that criteria of a programme for ``unit`` may speak of, by name."""
    subjects = FAMILY_COLUMNS if unit is Unit.FAMILY else (*PERSON_COLUMNS, *FAMILY_COLUMNS)
    return {subject.name: subject for subject in subjects}


def check(node: Node, known: Mapping[str, Subject]) -> None:
    """Raise CriterionError for the first test that speaks of no column of ``known``, or of it wrongly."""
    for leaf in leaves(node):
        if leaf.column not in known:
            raise CriterionError("criteria_column", nearest=nearest(leaf.column, known))
        _check_kind(leaf, known[leaf.column])


def nearest(name: str, known: Mapping[str, Subject]) -> str:
    """Return the names that ``name`` may have meant."""
    return ", ".join(str(one) for one, *_ in process.extract(name, list(known), limit=NEAREST))


def _check_kind(leaf: Leaf, subject: Subject) -> None:
    match leaf:
        case Known():
            return
        case Flag():
            fits = subject.kind == "yesno"
        case Between():
            fits = subject.kind == "whole"
        case Compare(_, operator, value):
            ordered = subject.kind in {"whole", "order"} or operator in {"=", "!="}
            fits = ordered and subject.kind != "yesno"
            _check_value(value, subject)
        case Member(_, values):
            fits = subject.kind != "yesno"
            for value in values:
                _check_value(value, subject)
    if not fits:
        raise CriterionError("criteria_type", column=subject.name, kind=subject.kind)


def _check_value(value: Value, subject: Subject) -> None:
    """Refuse a number where words are meant, a word where a number is, and a word that nobody knows."""
    if subject.words and value not in subject.words:
        close = process.extract(str(value), list(subject.words), limit=len(subject.words))
        said = ", ".join(word for word, *_ in close)
        raise CriterionError("criteria_value", column=subject.name, nearest=said)
    fits = {
        "whole": isinstance(value, int),
        "area": isinstance(value, str) and value.count(".") == _DOTS.get(subject.name),
        "yesno": False,
    }
    if not fits.get(subject.kind, True):
        raise CriterionError("criteria_type", column=subject.name, kind=subject.kind)


_DOTS = {"kode_kab": 1, "kode_kec": 2, "kode_desa": 3}
