"""What a rule may look at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from reconcile.frames import Stacked, looked_up
from reconcile.language import text
from reconcile.linkage.reasons import HEAD_CHANGED
from reconcile.regions import Register
from reconcile.tables import FIGURES, FILES, HISTORY, LISTED, QUARANTINE, TASKS
from reconcile.vocab import Content, Language, MatchStatus, Relationship

#: What is compared of a head whom both registries name.
_OF_HEAD = ("tanggal_lahir", "jenis_kelamin")


class Tolerances(BaseModel):
    """From when on a difference is a finding."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    members: int = Field(default=1, ge=1, description="difference in family size")
    metres: float = Field(default=250.0, ge=0, description="distance from a point to its stated village")
    deciles: int = Field(default=1, ge=1, description="difference in decile")
    decile_jump: int = Field(default=4, ge=1, description="change of decile since the last run")
    target_decile: int = Field(default=1, ge=1, le=10, description="families up to it are the target of aid")
    not_poor_decile: int = Field(default=6, ge=2, le=10, description="from it on a family is not poor")
    contradictions: int = Field(default=3, ge=1, description="signs of one list against a target decile")
    years: int = Field(default=3, ge=1, description="age of a record or official figure, years")
    repeats: int = Field(default=30, ge=2, description="households with one value from which on it is odd")
    mixed_codes: int = Field(default=5, ge=1, description="codes of the other system in a file")
    sum_percent: float = Field(default=1.0, ge=0, description="difference between a total and its parts")
    disallowed: tuple[tuple[str, str], ...] = Field(
        default=(("pkh", "blt"), ("sembako", "blt")), description="programmes that exclude each other"
    )


@dataclass(frozen=True)
class Context:
    """The reconciled households and what belongs to them.

    ``households`` (PLACED) and ``members`` (MEMBERS) hold both registries: what looks at them asks for its
    columns, for all would be put together. ``flags`` is VALUE_FLAGS and ``register`` the villages and their
    names. ``references`` are the lists that the office has, by what they hold (an absent one is not an empty
    one); ``history`` is HISTORY up to the last run, None before the first. ``files`` is FILES, ``tasks``
    TASKS of the last run. Findings are written in ``language``.
    """

    reconciled: pd.DataFrame
    households: pd.DataFrame | Stacked
    members: pd.DataFrame | Stacked
    flags: pd.DataFrame
    register: Register
    tolerances: Tolerances
    language: Language = Language.INDONESIAN
    references: Mapping[Content, pd.DataFrame] = field(default_factory=dict)
    history: pd.DataFrame | None = None
    quarantine: pd.DataFrame = field(default_factory=QUARANTINE.empty)
    files: pd.DataFrame = field(default_factory=FILES.empty)
    figures: pd.DataFrame = field(default_factory=FIGURES.empty)
    reference_date: date = date(2026, 3, 31)
    tasks: pd.DataFrame = field(default_factory=TASKS.empty)

    def has(self, need: str) -> bool:
        """Return whether a reference list, or with any other name the last run, is there."""
        if need == Content.FIGURES:
            return len(self.figures) > 0
        if need == Content.COUNTS:
            return bool(self.files["menurut_bast"].notna().any())
        return need in self.references or (need not in set(Content) and self.history is not None)

    def listed(self, content: Content) -> pd.DataFrame:
        """Return the rows of a reference list; none where the office has no such list."""
        return self.references.get(content, LISTED.empty())

    @cached_property
    def before(self) -> pd.DataFrame:
        """Return HISTORY up to the last run; no row before the first."""
        return HISTORY.empty() if self.history is None else self.history

    def say(self, key: str, **fields: object) -> str:
        """Return the words of evidence ``key`` (in the catalogue behind ``evidence_``)."""
        return text(f"evidence_{key}", self.language, **fields)

    def say_each(self, key: str, **fields: pd.Series) -> pd.Series:
        """Return ``say`` for each row of ``fields`` (of one index); missing where a field is."""
        table = pd.DataFrame(fields)
        group = table.groupby(list(table), sort=False).ngroup()
        distinct = table.dropna().drop_duplicates()
        rows = distinct.itertuples(index=False, name=None)
        words = [self.say(key, **dict(zip(fields, row, strict=True))) for row in rows]
        return group.map(pd.Series(words, index=group[distinct.index], dtype="str")).astype("str")

    @cached_property
    def row_of(self) -> "pd.Series[int]":
        """Return record_id -> row of the reconciled table."""
        sides = [self.reconciled[f"record_id_{side}"].dropna() for side in ("p3ke", "bps")]
        rows: pd.Series[int] = pd.concat([pd.Series(side.index, index=side.array) for side in sides])
        return rows

    @cached_property
    def persons(self) -> pd.DataFrame:
        """Return every person of a household: member rows, and heads of families without any."""
        columns = ["registry", "record_id", "nik", "nama", "tanggal_lahir", "kode_desa"]
        families = self.households[[*columns, "jumlah_baris_anggota"]]
        lonely = families.loc[families["jumlah_baris_anggota"] == 0, columns]
        members = self.members[columns[:-1]].dropna(subset=["record_id"])
        village = looked_up(members["record_id"], families["record_id"], families["kode_desa"])
        return pd.concat([members.assign(kode_desa=village), lonely], ignore_index=True)

    @cached_property
    def matched(self) -> pd.DataFrame:
        """Return the rows of households that are matched."""
        return self.reconciled[self.reconciled["status_padan"] == MatchStatus.MATCHED]

    @cached_property
    def head_changed(self) -> "pd.Series[bool]":
        """Return for each matched row whether the head in one registry is a member in the other."""
        names = "|".join(HEAD_CHANGED)
        changed: pd.Series[bool] = self.matched["alasan"].str.contains(rf"\b(?:{names})\b")
        return changed

    @cached_property
    def same_head(self) -> pd.DataFrame:
        """Return the matched rows whose head is one person, with a name on both sides: what heads are."""
        told = [f"{name}_{side}" for name in ("nama", *_OF_HEAD) for side in ("p3ke", "bps")]
        return self.matched.loc[~self.head_changed, told].dropna(subset=["nama_p3ke", "nama_bps"])

    @cached_property
    def flagged(self) -> pd.DataFrame:
        """Return ``record_id``, ``registry``, ``column``, ``code``, ``head`` of each person's flags."""
        place = ["source_file", "source_sheet", "source_row"]
        heads = self.households[[*place, "record_id"]].assign(head=True)
        people = self.members[[*place, "record_id", "hubungan"]]
        people = people.assign(head=people.pop("hubungan") == Relationship.HEAD)
        owners = pd.concat([heads, people]).dropna(subset=["record_id"])
        standing = self.flags[~self.flags["diselesaikan"].fillna(value=False)]
        found = standing.merge(owners, on=place)
        return found[["record_id", "registry", "column", "code", "head"]].drop_duplicates()
