"""Rules on the files themselves (codes M)."""

import pandas as pd

from reconcile.discrepancies.context import Context
from reconcile.discrepancies.evidence import of_no_household
from reconcile.discrepancies.rule import LAST_RUN, Basis, Rule
from reconcile.vocab import Content, Severity


def rejected_row(context: Context) -> pd.DataFrame:
    """A row of a file could not be read as a row and was set aside."""
    aside = context.quarantine[~context.quarantine["diselesaikan"].fillna(value=False)]
    content = aside["source"] + "|" + aside["code"] + "|" + aside["raw"].fillna("")
    ordered = content.loc[aside.sort_values(["source_file", "source_sheet", "source_row"]).index]
    # rows alike in everything are told apart by how many there were before
    number = ordered.groupby(ordered).cumcount().astype("str")
    return of_no_household(content + "|" + number, aside["code"], place=aside)


def missing_column(context: Context) -> pd.DataFrame:
    """A file lacks the column of a field that its source is expected to fill."""
    return _of_files(context, context.files.dropna(subset=["kolom_hilang"]), "kolom_hilang")


def delivered_again(context: Context) -> pd.DataFrame:
    """A file came twice under two names, or a file of a known name has another content than last time."""
    files = context.files
    twice = files.dropna(subset=["dikirim_sebagai"])
    altered = files.dropna(subset=["sha256_lalu"])
    altered = altered[altered["sha256_lalu"] != altered["source_sha256"]]
    said = pd.Series(context.say("altered"), index=altered.index, dtype="str")
    place = altered[["source_file"]]
    changed = of_no_household(altered["source_file"] + "|" + altered["source_sha256"], said, place=place)
    return pd.concat([_of_files(context, twice, "dikirim_sebagai"), changed], ignore_index=True)


def unbalanced(context: Context) -> pd.DataFrame:
    """The rows of a file are not the rows whose fate is known; such a run is not published either."""
    wrong = context.files[context.files["fisik"] != context.files["dikenali"]]
    said = context.say_each("rows", stated=wrong["fisik"], found=wrong["dikenali"])
    return of_no_household(wrong["source_file"], said, place=wrong[["source_file"]])


#: What should not be the same on very many households of a registry, and its columns.
_VARIED = {"tanggal_lahir": ["tanggal_lahir"], "nama": ["nama"], "titik": ["lintang", "bujur"]}


def one_value_everywhere(context: Context) -> pd.DataFrame:
    """One birth date, name or coordinate stands on implausibly many households of a file."""
    parts = []
    for field, columns in _VARIED.items():
        by = ["registry", "source_file", *columns]
        table = context.households[by].dropna(subset=columns)
        counts = table.groupby(by).size().rename("count").reset_index()
        counts = counts[counts["count"] >= context.tolerances.repeats].assign(field=field)
        about = counts[columns[0]].astype("str")
        for name in columns[1:]:
            about = about + " " + counts[name].astype("str")
        parts.append(counts.assign(about=about).drop(columns=columns))
    found = pd.concat(parts, ignore_index=True)
    words = found["field"].map({field: context.say(f"field_{field}") for field in _VARIED}).astype("str")
    said = context.say_each("one_value", field=words, count=found["count"].astype("Int64"))
    about = found["source_file"] + "|" + found["field"] + "|" + found["about"]
    return of_no_household(about, said, place=found[["source_file"]])


def emptier_column(context: Context) -> pd.DataFrame:
    """A field is filled less often than its source is expected to."""
    return _of_files(context, context.files.dropna(subset=["kolom_kurang"]), "kolom_kurang")


def other_count(context: Context) -> pd.DataFrame:
    """The file has another number of records than the minutes of its delivery state."""
    files = context.files.dropna(subset=["menurut_bast"])
    wrong = files[files["diterima"] != files["menurut_bast"]]
    said = context.say_each("rows", stated=wrong["menurut_bast"], found=wrong["diterima"])
    return of_no_household(wrong["source_file"], said, place=wrong[["source_file"]])


def _of_files(context: Context, files: pd.DataFrame, column: str) -> pd.DataFrame:
    said = context.say_each(column, what=files[column])
    return of_no_household(files["source_file"], said, place=files[["source_file"]])


RULES = (
    Rule("M01", Severity.MEDIUM, rejected_row),
    Rule("M02", Severity.CRITICAL, missing_column),
    Rule("M03", Severity.INFO, delivered_again, also=(LAST_RUN,)),
    Rule("M04", Severity.CRITICAL, unbalanced),
    Rule("M05", Severity.MEDIUM, one_value_everywhere),
    Rule("M06", Severity.MEDIUM, emptier_column),
    Rule("M07", Severity.MEDIUM, other_count, (Basis.LISTS,), needs=(Content.COUNTS,)),
)
