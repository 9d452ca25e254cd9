"""What is wrong with lines of offices: gathered column by column, said in words with file, sheet and row."""

from dataclasses import dataclass, field

import pandas as pd

from reconcile.language import entries
from reconcile.office.tables import ISSUES
from reconcile.vocab import Language, Reason

YES, NO = "ya", "tidak"
PLACE = ["source_file", "source_sheet", "source_row"]
#: A number that may be a NIK or a family card.
LONG_NUMBER = r"[0-9]{12,}"


def folded(values: pd.Series) -> pd.Series:
    """Return texts as they are compared: one blank between words, small letters; missing as none."""
    return values.fillna("").str.split().str.join(" ").str.casefold()


def said(rows: pd.DataFrame, columns: list[str]) -> pd.Series:
    """Return what each row says in ``columns``, to tell unlike rows."""
    if rows.empty:
        return pd.Series(index=rows.index, dtype="str")
    told: pd.Series = rows[columns].astype("str").fillna("").agg("|".join, axis="columns")
    return told


@dataclass
class Troubles:
    """Gathers what is wrong with ``rows`` (a table with PROVENANCE); ``held`` are those that do not count."""

    sheet: str
    rows: pd.DataFrame
    held: pd.Series = field(init=False)
    found: list[pd.DataFrame] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with nothing held back."""
        self.held = pd.Series(data=False, index=self.rows.index)

    def say(self, where: pd.Series, code: str, column: str | None = None, *, hold: bool = True) -> None:
        """Say ``code`` of the rows where it holds; with ``hold`` they count no more."""
        wrong = where.fillna(value=False).astype(bool)
        if hold:
            self.held |= wrong
        self._keep(self.rows.loc[wrong, PLACE], code, column)

    def say_of(self, found: pd.DataFrame) -> None:
        """Say what reading found: VALUE_FLAGS or QUARANTINE of the files; a value that cannot be read holds.

        A flag that keeps its value holds nothing.
        """
        kept = {reason.value for reason in Reason if reason.keeps_value}
        keys = self.rows[PLACE].apply(tuple, axis="columns") if len(self.rows) else pd.Series(dtype=object)
        for code in sorted(set(found["code"])):
            own = found[found["code"] == code]
            columns = own["column"] if "column" in own else pd.Series(pd.NA, index=own.index, dtype="str")
            for name in sorted(set(columns.dropna())) or [None]:
                rows = own if name is None else own[columns == name]
                self._keep(rows[PLACE], code, name)
                if code not in kept:
                    self.held |= keys.isin([tuple(one) for one in rows[PLACE].itertuples(index=False)])

    def _keep(self, rows: pd.DataFrame, code: str, column: str | None) -> None:
        if len(rows):
            self.found.append(rows.assign(kode_masalah=code, kolom_isian=column))

    def table(self, language: Language) -> pd.DataFrame:
        """Return ISSUES, ordered by place."""
        if not self.found:
            return ISSUES.empty()
        table = pd.concat(self.found, ignore_index=True)
        words = {code: _words(code, language) for code in table["kode_masalah"].unique()}
        counted = self.rows.loc[~self.held, PLACE].apply(tuple, axis="columns")
        places = table[PLACE].apply(tuple, axis="columns")
        used = places.isin(list(counted)).map({True: YES, False: NO})
        table = table.assign(
            lembar_isian=self.sheet, masalah=table["kode_masalah"].map(words), dipakai=used.astype("str")
        )
        order = [*PLACE, "kode_masalah", "kolom_isian"]
        return ISSUES.build(table.sort_values(order, ignore_index=True))


def _words(code: str, language: Language) -> str:
    entry = entries()[code]
    return f"{entry[language]} {entry.get(f'fix_{language}', '')}".strip()
