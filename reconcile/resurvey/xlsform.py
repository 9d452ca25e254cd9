"""The form of a visit as an XLSForm: what ODK Collect and KoboCollect ask, made from form.yaml and the list.

An enumerator picks kecamatan, village and family, or a family that is on no list; the questions of form.yaml
follow. Every word stands in both languages. The list of families is a CSV beside the form (media file), so
that a new list needs no new form. Rules of sheets and columns: XLSForm standard, xlsform.org.
"""

from collections.abc import Iterator, Mapping

import pandas as pd

from reconcile.language import text
from reconcile.resurvey.form import Form, Question, Words
from reconcile.resurvey.phone import phone_lines
from reconcile.vocab import FieldForm, Language, VisitResult

#: The list of families beside the form; its name without ending is what pulldata() calls it.
MEDIA = "keluarga.csv"

#: Stands for the village of families that have none.
NO_VILLAGE = "tanpa_desa"

LANGUAGES: Mapping[Language, str] = {
    Language.INDONESIAN: "Indonesia (id)",
    Language.ENGLISH: "English (en)",
}

#: Questions that are one point on a phone; the two columns are computed from it.
_POINT = ("lintang", "bujur")
#: A family that is on no list cannot do without.
_NEEDED_OF_NEW = ("nama_perbaikan",)
#: What most forms of a day say alike.
_DEFAULTS = {"tanggal": "today()", "petugas": "${last-saved#petugas}"}
_LISTED = "${pilih_isian} = 'daftar'"
_NEW = "${pilih_isian} = 'baru'"
_TYPES = {
    "choice": "select_one {0.choices}",
    "text": "text",
    "whole": "integer",
    "date": "date",
    "digits16": "text",
    "decimal": "decimal",
    "photo": "image",
}
_CONSTRAINTS = {
    "digits16": "regex(., '^[0-9]{{16}}$')",
    "date": ". <= today()",
    "whole": ". >= 0 and . <= {0.most}",
}
_FURTHER = {
    # letters of a keyboard are no use, and a number would lose leading zeros
    "digits16": {"appearance": "numbers"},
    # a photo of a house need not be larger, and data plans in villages are small
    "photo": {"parameters": "max-pixels=1280"},
}
_WORDS = ("label", "hint", "constraint_message", "required_message")
_COLUMNS = (
    "type",
    "name",
    *(f"{word}::{language}" for word in _WORDS for language in LANGUAGES.values()),
    "required",
    "relevant",
    "constraint",
    "choice_filter",
    "calculation",
    "default",
    "appearance",
    "parameters",
)


def survey(form: Form, run: str) -> pd.DataFrame:
    """Return the sheet ``survey``: choosing the family, what is told of it, then the questions by group."""
    rows = [*_chooser(), *_computed(run), *_told(form)]
    return pd.DataFrame(rows, columns=list(_COLUMNS)).astype("str")


def choices(form: Form, villages: pd.DataFrame, *, unplaced: bool) -> pd.DataFrame:
    """Return the sheet ``choices``: those of the form, and the areas of VILLAGES, which are one kabupaten's.

    ``unplaced`` adds a place for families without a village.
    """
    rows = [
        {"list_name": name, "name": value, **_worded("label", words)}
        for name, listed in form.choices.items()
        for value, words in listed.items()
    ]
    rows += [
        {"list_name": "isian", "name": name, **_said("label", f"odk_isian_{name}")}
        for name in ("daftar", "baru")
    ]
    return pd.concat([pd.DataFrame(rows), *_areas(villages, unplaced=unplaced)], ignore_index=True).astype(
        "str"
    )


def settings(*, area: str, code: str, run: str, period: str, language: Language) -> pd.DataFrame:
    """Return the sheet ``settings``: one form per kabupaten and period, its version the run."""
    title = text("odk_title", language, area=area or text("odk_area_unknown", language), period=period)
    new = text("odk_baru", language)
    return pd.DataFrame(
        [
            {
                "form_title": title,
                "form_id": _plain(f"padan_verval_{code or 'tanpa_kabupaten'}_{period}"),
                "version": run,
                "default_language": LANGUAGES[language],
                "instance_name": f"concat(if({_NEW}, '{new}', ${{info_nama}}), ' ', ${{id_tugas}})",
                "style": "pages",
            }
        ],
        dtype="str",
    )


def families(rows: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return MEDIA of WORKLIST ``rows``: short names of columns, nothing that is an identity."""
    lines = phone_lines(rows)
    known = lines["nama_singkat"].fillna(text("phone_no_name", language))
    parts = lines["urutan"].astype("str") + ". " + known
    parts += (", " + lines["rt_rw"]).fillna("") + " [" + lines["id_tugas"] + "]"
    return pd.DataFrame(
        {
            "name": lines["id_tugas"],
            "label": parts,
            "kode_desa": lines["kode_desa"].fillna(NO_VILLAGE),
            "nama": known,
            "rt_rw": lines["rt_rw"],
            "alamat": lines["alamat_singkat"],
            "alasan": lines["alasan_dicek"],
            "jatuh_tempo": lines["jatuh_tempo"],
        }
    )


def _chooser() -> Iterator[dict[str, str]]:
    yield {
        "type": "begin_group",
        "name": "pilih",
        "appearance": "field-list",
        **_said("label", "odk_group_pilih"),
    }
    yield _pick("select_one isian", "isian", default="daftar")
    yield _pick("select_one kecamatan", "kecamatan", appearance="minimal")
    yield _pick("select_one desa", "desa", appearance="minimal", choice_filter="kec = ${pilih_kecamatan}")
    yield _pick(
        f"select_one_from_file {MEDIA}",
        "keluarga",
        appearance="minimal autocomplete",
        choice_filter="kode_desa = ${pilih_desa}",
        relevant=_LISTED,
        # a family stays chosen when another village is chosen after it
        constraint=f"{_listed_of('kode_desa', '.')} = ${{pilih_desa}}",
        **_said("constraint_message", "odk_pilih_keluarga_must"),
        **_said("hint", "odk_pilih_keluarga_hint"),
    )
    yield {"type": "note", "name": "info_baru", "relevant": _NEW, **_said("label", "odk_info_baru")}
    yield {"type": "end_group", "name": "pilih"}


def _pick(kind: str, name: str, **further: str) -> dict[str, str]:
    return {
        "type": kind,
        "name": f"pilih_{name}",
        "required": "yes",
        **_said("label", f"odk_pilih_{name}"),
        **_said("required_message", "visit_must_answer"),
        **further,
    }


def _computed(run: str) -> Iterator[dict[str, str]]:
    """Return what nobody fills in: keys of the line, and what the list tells of the family."""
    yield _calculate("id_tugas", f"if({_LISTED}, ${{pilih_keluarga}}, '')")
    yield _calculate("kode_desa", f"if(${{pilih_desa}} = '{NO_VILLAGE}', '', ${{pilih_desa}})")
    yield _calculate("jalan", f"'{run}'")
    yield _calculate("formulir", f"'{FieldForm.PHONE.value}'")
    for name in ("nama", "rt_rw", "alamat", "alasan", "jatuh_tempo"):
        yield _calculate(f"info_{name}", _listed_of(name, "${id_tugas}"))


def _listed_of(column: str, task: str) -> str:
    return f"pulldata('{MEDIA.removesuffix('.csv')}', '{column}', 'name', {task})"


def _calculate(name: str, formula: str, **further: str) -> dict[str, str]:
    return {"type": "calculate", "name": name, "calculation": formula, **further}


def _told(form: Form) -> Iterator[dict[str, str]]:
    asked = {n: q for n, q in form.questions.items() if q.phone or n in _POINT}
    for place, (group, words) in enumerate(form.groups.items()):
        yield {"type": "begin_group", "name": group, "appearance": "field-list", **_worded("label", words)}
        if place == 0:
            yield {"type": "note", "name": "info", "relevant": _LISTED, **_said("label", "odk_info")}
        for name, question in asked.items():
            if question.group == group:
                yield from _point(question) if name == _POINT[0] else ()
                yield _coordinate(name) if name in _POINT else _asked(name, question)
        yield {"type": "end_group", "name": group}


def _asked(name: str, question: Question) -> dict[str, str]:
    row = {
        "type": _TYPES[question.type].format(question),
        "name": name,
        "relevant": _relevant(question),
        **_worded("label", question.label),
        **_worded("hint", question.hint),
        **_FURTHER.get(question.type, {}),
        "default": _DEFAULTS.get(name, ""),
    }
    if question.required or name in _NEEDED_OF_NEW:
        row |= {"required": "yes" if question.required else _NEW}
        row |= _said("required_message", "visit_must_answer")
    if question.type in _CONSTRAINTS:
        row["constraint"] = _CONSTRAINTS[question.type].format(question)
        row |= _said("constraint_message", f"visit_must_{question.type}", most=question.most)
    if name == "hasil":
        # a family that nobody listed can only have been found
        row["choice_filter"] = f"{_LISTED} or name = '{VisitResult.FOUND.value}'"
    return row


def _point(question: Question) -> Iterator[dict[str, str]]:
    yield {
        "type": "geopoint",
        "name": "lokasi",
        "relevant": _relevant(question),
        "parameters": "capture-accuracy=10 warning-accuracy=50",
        **_said("label", "odk_lokasi"),
        **_said("hint", "odk_lokasi_hint"),
    }


def _coordinate(name: str) -> dict[str, str]:
    """Return a column of its own for one coordinate: every export names the parts of a point otherwise."""
    return _calculate(name, f"if(${{lokasi}} = '', '', selected-at(${{lokasi}}, {_POINT.index(name)}))")


def _relevant(question: Question) -> str:
    """Return the condition of a question: an answer of each question that it depends on."""
    each = [
        " or ".join(f"${{{other}}} = '{answer}'" for answer in answers)
        for other, answers in question.asked_if.items()
    ]
    return each[0] if len(each) == 1 else " and ".join(f"({one})" for one in each)


def _areas(villages: pd.DataFrame, *, unplaced: bool) -> Iterator[pd.DataFrame]:
    rows = villages.sort_values("kode_desa")
    places = rows.drop_duplicates("kode_kec")
    yield _listed("kecamatan", places["kode_kec"], places["nama_kec"])
    yield _listed("desa", rows["kode_desa"], rows["nama_desa"]).assign(kec=rows["kode_kec"].to_numpy())
    if unplaced:
        nowhere = {"name": NO_VILLAGE, "kec": NO_VILLAGE, **_said("label", "odk_tanpa_desa")}
        yield pd.DataFrame([{"list_name": name, **nowhere} for name in ("kecamatan", "desa")])


def _listed(name: str, codes: pd.Series, names: pd.Series) -> pd.DataFrame:
    labels = {f"label::{language}": names.to_numpy() for language in LANGUAGES.values()}
    return pd.DataFrame({"list_name": name, "name": codes.to_numpy(), **labels})


def _worded(word: str, words: Words) -> dict[str, str]:
    return {f"{word}::{LANGUAGES[language]}": said for language, said in words.items()}


def _said(word: str, key: str, **values: object) -> dict[str, str]:
    return _worded(word, {language: text(key, language, **values) for language in LANGUAGES})


def _plain(name: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in name)
