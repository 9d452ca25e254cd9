"""The form of a visit as QField asks it: questions of form.yaml as fields, tabs and conditions of QGIS."""

from collections.abc import Callable, Iterator
from itertools import groupby

from geo.columns import alias, words
from geo.forms import Box, Field, Widget, day, hidden, number, one_of, photo, text_line
from reconcile.language import text
from reconcile.resurvey.form import Form, Question
from reconcile.vocab import FieldForm, Language, Position

#: Columns that say which line it is; nobody sees them.
KEYS = ("uuid", "jalan", "formulir", "kode_desa", "titik_bujur", "titik_lintang")
#: Columns that say which family it is, in the order of the first tab; nobody changes them.
TOLD = (
    "nama_desa",
    "urutan",
    "nama_singkat",
    "rt_rw",
    "alamat_singkat",
    "alasan_dicek",
    "jatuh_tempo",
    "posisi",
    "id_tugas",
)

#: Where the phone is: the sensor's own reading, whatever the map is centred on. QField's variables.
_HERE = "coalesce(@gnss_coordinate, @position_coordinate)"
#: Degrees below which a point has not been moved, about a hand's breadth.
_STILL = "0.000001"
_AXIS = {"lintang": "y", "bujur": "x"}
_LONG = frozenset({"alasan_dicek", "catatan"})


def questions(form: Form) -> dict[str, Question]:
    """Return the questions that QField asks: those of phones, and coordinates, which it fills in itself."""
    return {name: one for name, one in form.questions.items() if one.phone or name in _AXIS}


def visit_fields(form: Form, *, run: str, villages: str, points: bool, language: Language) -> list[Field]:
    """Return the columns KEYS, TOLD and ``questions``, in that order.

    ``villages`` is the name of the layer with the villages; without ``points`` the table has no geometry.
    """
    defaults = {
        "uuid": "uuid('WithoutBraces')",
        "jalan": f"'{run}'",
        "formulir": f"'{FieldForm.QFIELD.value}'",
        "posisi": f"'{Position.MEASURED.value}'" if points else "",
        "kode_desa": f"array_first(overlay_within('{villages}', \"kode\"))" if points else "",
    }
    keys = [Field(name, alias(name, language), hidden(), default=defaults.get(name, "")) for name in KEYS]
    told = [
        Field(n, alias(n, language), _shown(n, language), editable=False, default=defaults.get(n, ""))
        for n in TOLD
    ]
    asked = [_field(form, name, points=points, language=language) for name in questions(form)]
    return [*keys, *told, *asked]


def visit_tabs(form: Form, language: Language) -> list[Box]:
    """Return the family's tab and one per group; questions of one condition stand in a box that it opens."""
    return [
        Box(text("tab_family", language), TOLD),
        *(Box(words_of[language], tuple(_boxes(form, group))) for group, words_of in form.groups.items()),
    ]


def asked(form: Form, name: str) -> str:
    """Return the expression that is true where a question is asked, and so is each that it depends on."""
    conditions = []
    for other, answers in form.questions[name].asked_if.items():
        listed = ", ".join(f"'{answer}'" for answer in answers)
        conditions.append(f"coalesce(\"{other}\", '') IN ({listed})")
        if further := asked(form, other):
            conditions.append(further)
    return " AND ".join(conditions)


def _shown(name: str, language: Language) -> Widget:
    said = words(name, language)
    return one_of(said, text("form_empty", language)) if said else text_line(lines=name in _LONG)


def _boxes(form: Form, group: str) -> Iterator[str | Box]:
    own = [name for name, one in questions(form).items() if one.group == group]
    for condition, names in groupby(own, lambda name: asked(form, name)):
        if condition:
            yield Box("", tuple(names), condition)
        else:
            yield from names


def _field(form: Form, name: str, *, points: bool, language: Language) -> Field:
    question = form.questions[name]
    must, said = _rule(form, name, language)
    default = _default(form, name, points=points)
    return Field(
        name,
        question.label[language],
        _widget(form, name, language),
        # the phone writes where it is; a coordinate is not typed
        editable=name not in _AXIS,
        must=must,
        said=said,
        # what is not filled in yet must not keep the rest from being saved
        hard=bool(must) and not question.required,
        default=default,
        kept_up=bool(default),
    )


def _widget(form: Form, name: str, language: Language) -> Widget:
    question = form.questions[name]
    made: dict[str, Callable[[], Widget]] = {
        "text": lambda: text_line(lines=name in _LONG),
        "digits16": text_line,
        "decimal": text_line,
        "whole": lambda: number(question.most),
        "date": day,
        "photo": photo,
        "choice": lambda: one_of(form.labels(name, language), text("form_empty", language)),
    }
    return made[question.type]()


def _rule(form: Form, name: str, language: Language) -> tuple[str, str]:
    """Return what an answer must be as an expression, and in words."""
    question = form.questions[name]
    good = {
        "digits16": f"regexp_match(\"{name}\", '^[0-9]{{16}}$') > 0",
        "date": f'"{name}" <= to_date(now())',
        "whole": f'"{name}" >= 0 AND "{name}" <= {question.most}',
    }
    rules, said = [], []
    if question.required:
        condition = asked(form, name)
        rules.append(f'NOT ({condition}) OR "{name}" IS NOT NULL' if condition else f'"{name}" IS NOT NULL')
        said.append(text("visit_must_answer", language))
    if question.type in good:
        rules.append(f'"{name}" IS NULL OR ({good[question.type]})')
        said.append(text(f"visit_must_{question.type}", language, most=question.most))
    return " AND ".join(f"({rule})" for rule in rules), " ".join(said)


def _default(form: Form, name: str, *, points: bool) -> str:
    """Return what QField fills in by itself once the visit has a result: the day, and where the house is."""
    if name == "tanggal":
        return 'coalesce("tanggal", if("hasil" IS NULL, NULL, to_date(now())))'
    if name not in _AXIS:
        return ""
    axis = _AXIS[name]
    drawn = f"if({_moved()}, {axis}($geometry), NULL), " if points else ""
    return f'if({asked(form, name)}, coalesce({drawn}"{name}", {axis}({_HERE})), "{name}")'


def _moved() -> str:
    """Return the expression that is true where the point was drawn or moved by hand."""
    each = [f'abs({axis}($geometry) - "titik_{name}") > {_STILL}' for name, axis in _AXIS.items()]
    return " OR ".join(['"titik_lintang" IS NULL', *each])
