"""The evidence of one finding or pair: what was received, how it was read, weighed and decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from flows import steps
from flows.config import PipelineConfig
from flows.deliveries import Sources
from flows.package import title
from flows.parameters import read_parameters
from flows.received import rows_as_received
from reconcile.language import entries, text
from reconcile.linkage.decisions import decided_rows
from reconcile.linkage.households import household_side
from reconcile.linkage.link import Links, Ruling, link
from reconcile.linkage.spec import LinkageSpec, household_spec
from reconcile.reports.sheets import as_text
from reconcile.reports.weighing import Weighing, best_of, rivals, weigh
from reconcile.resurvey.form import load_form
from reconcile.vocab import Content, Language, Registry

#: Further rows of the same registry that share people with the asked ones: so many are shown.
MOST_KIN = 10
#: Where an answer came back, and what became of it.
_ORIGIN = ("status_jawaban", "asal_berkas", "asal_lembar", "asal_baris")
_PLACE = ["source", "source_file", "source_sheet", "source_row"]
_MEMBER = ["registry", "record_id", "hubungan", "nama", "nik", "tanggal_lahir", "jenis_kelamin", "source_row"]


@dataclass(frozen=True)
class Asked:
    """The finding (None for a pair), its record per registry, and the published households."""

    finding: pd.Series | None
    records: Mapping[Registry, str | None]
    households: pd.DataFrame


@dataclass(frozen=True)
class Evidence:
    """Tables of text by name, in the order of reading, and ``notes`` that say how it was decided."""

    sections: dict[str, pd.DataFrame] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _World:
    """Everything that was read and weighed again."""

    config: PipelineConfig
    sources: Sources
    households: pd.DataFrame
    members: pd.DataFrame
    spec: LinkageSpec
    links: Links
    ids: npt.NDArray[np.object_]
    language: Language

    def row(self, record: str) -> int:
        """Return the number of a record's row in ``links``."""
        return int(np.flatnonzero(self.ids == record)[0])


def gathered(
    config: PipelineConfig,
    sources: Sources,
    field: steps.Field,
    asked: Asked,
    manifest: Mapping[str, object],
    language: Language,
) -> Evidence:
    """Return the evidence; ``config.matching.parameters`` names what the run had learnt.

    The values are those in force: what a visit corrected stands in place of the registry's.

    A finding with a row in one registry only is shown beside its best candidate, and the notes say so.
    """
    world = _world(config, sources, field, language)
    records, guessed = _completed(world, asked.records)
    shown = [one for one in records.values() if one is not None]
    kin = _kin(world, shown)
    evidence = Evidence()
    tables = {
        "temuan": _finding(asked.finding, language),
        "aturan": _settings(world, manifest, asked.finding),
        **_received(world, [*shown, *kin["record_id"]], asked.finding),
        "nilai": _values(world, records),
        "anggota": _members(world, shown),
        "serupa": kin,
        "tanda": _flags(world, shown),
        "kunjungan": _visits(field, shown, language),
    }
    if None not in records.values():
        left, right = (world.row(str(records[side])) for side in Registry)
        weighing = weigh(world.links, world.spec, left, right, language)
        tables["bobot"] = _weights(weighing, language)
        evidence.notes.extend(_decision(world, weighing, records, asked.households, guessed=guessed))
    elif shown:
        evidence.notes.append(text("explain_no_candidate", language))
    tables["calon"] = rivals(world.links, [world.row(one) for one in shown], world.ids)
    evidence.sections.update({name: as_text(t) for name, t in tables.items() if len(t)})
    return evidence


def _visits(field: steps.Field, shown: Sequence[str], language: Language) -> pd.DataFrame:
    """Return what the visit that counts said of the shown rows, and where it came back."""
    told = pd.concat([rows[rows.index.isin(shown)] for rows in field.told.values()])
    names = ("id_tugas", *load_form().questions, *_ORIGIN)
    parts = [
        pd.DataFrame({"kolom": title("answers", name, language), "isi": told[name].astype("str")})
        for name in names
    ]
    return pd.concat(parts).dropna(subset=["isi"]).drop_duplicates(ignore_index=True)


def _world(config: PipelineConfig, sources: Sources, field: steps.Field, language: Language) -> _World:
    sides = [household_side(field.in_force[one], sources.registries[one].members) for one in Registry]
    ids = np.concatenate([side.rows["record_id"].to_numpy(dtype=object) for side in sides])
    decided = decided_rows(field.decisions, ids, len(sides[0].rows))
    spec = household_spec()
    ruling = Ruling(decided.same, decided.other)
    links = link(spec, sides[0], sides[1], ids, parameters=read_parameters(config), ruling=ruling)
    households = pd.concat([field.in_force[one] for one in Registry], ignore_index=True)
    return _World(config, sources, households, sources.both("members"), spec, links, ids, language)


def _completed(
    world: _World, records: Mapping[Registry, str | None]
) -> tuple[dict[Registry, str | None], bool]:
    """Return the records with the best candidate where one side has none, and whether one was put in."""
    full = dict(records)
    alone = [side for side in Registry if full[side] is not None]
    if len(alone) != 1:
        return full, False
    own = world.row(str(full[alone[0]]))
    best = best_of(world.links, own)[:1]
    for side in Registry:
        if full[side] is None and len(best):
            pair = world.links.candidates.left[best[0]] + world.links.candidates.right[best[0]]
            full[side] = str(world.ids[pair - own])
    return full, bool(len(best))


def _finding(finding: pd.Series | None, language: Language) -> pd.DataFrame:
    told = finding.dropna() if finding is not None else pd.Series(dtype="str")
    names = [title("report", str(name), language) for name in told.index]
    return pd.DataFrame({"kolom": names, "isi": list(told.astype("str"))}, dtype="str")


def _settings(world: _World, manifest: Mapping[str, object], finding: pd.Series | None) -> pd.DataFrame:
    """Return what a decision depends on besides the rows: version, thresholds, what was learnt."""
    config, learnt = world.config, world.links.parameters
    tolerances = config.findings.tolerances.model_dump()
    told: dict[str, object] = {
        "padan": manifest.get("padan"),
        "reference_date": config.reference_date.isoformat(),
        "matching.match": config.matching.match,
        "matching.review": config.matching.review,
        "odds": learnt.odds,
        "slope": learnt.slope,
        "shift": learnt.shift,
        **{f"findings.tolerances.{name}": value for name, value in tolerances.items()},
    }
    if finding is not None and "versi_aturan" in finding.index:
        told["versi_aturan"] = finding["versi_aturan"]
    return pd.DataFrame({"kunci": list(told), "isi": [str(value) for value in told.values()]}, dtype="str")


def _received(world: _World, records: list[str], finding: pd.Series | None) -> dict[str, pd.DataFrame]:
    """Return the rows as received: where each stood, and its cells under the number of the row."""
    asked = [_places(world, records), _reference(world, finding)]
    cells = rows_as_received(world.config, pd.concat(asked).drop_duplicates())
    place = ["berkas", "lembar", "baris", "sha256"]
    number = cells.groupby(place, sort=False).ngroup() + 1
    places = cells[place].assign(no=number)[["no", *place]].drop_duplicates("no", ignore_index=True)
    return {"berkas": places, "baris": cells.assign(no=number)[["no", "kolom", "judul", "isi"]]}


def _places(world: _World, records: list[str]) -> pd.DataFrame:
    """Return where the rows of ``records`` and of their members stand, with the declaration of each file."""
    families, people = (
        table[table["record_id"].isin(records)] for table in (world.households, world.members)
    )
    of_file = {d.label: d.spec.name for d in world.sources.deliveries if d.spec.content is Content.MEMBERS}
    people = people.assign(source=people["source_file"].map(of_file))
    return pd.concat([families[_PLACE], people[_PLACE]])


def _reference(world: _World, finding: pd.Series | None) -> pd.DataFrame:
    """Return the place of the row of another list that a finding names."""
    empty = pd.DataFrame(columns=_PLACE)
    if finding is None or not {"berkas_acuan", "baris_acuan"} <= set(finding.dropna().index):
        return empty
    sheet = finding.get("lembar_acuan")
    place = {
        "source_file": finding["berkas_acuan"],
        "source_sheet": sheet if isinstance(sheet, str) else "",
        "source_row": int(float(finding["baris_acuan"])),
    }
    sources = [d.spec.name for d in world.sources.deliveries if d.label == place["source_file"]]
    return pd.DataFrame([{"source": name, **place} for name in dict.fromkeys(sources)], columns=_PLACE)


def _values(world: _World, records: Mapping[Registry, str | None]) -> pd.DataFrame:
    """Return every field of the households as it was read and placed, both registries side by side."""
    texts = as_text(world.households[world.households["record_id"].isin(records.values())])
    columns = [column for column in texts.columns if column != "registry"]
    sides = [side.value for side in Registry]
    told = texts.drop_duplicates("registry").set_index("registry")[columns].T.reindex(columns=sides)
    told = told.dropna(how="all")
    names = [title("reconciled", str(name), world.language) for name in told.index]
    return told.reset_index(drop=True).assign(kolom=names)[["kolom", *sides]]


def _members(world: _World, records: list[str]) -> pd.DataFrame:
    people = world.members[world.members["record_id"].isin(records)]
    return people[_MEMBER].sort_values(["registry", "record_id", "source_row"], ignore_index=True)


def _kin(world: _World, records: list[str]) -> pd.DataFrame:
    """Return other rows of the same registries that are copies of the asked, or share the NIK of a person."""
    people = pd.concat([world.households, world.members])[["registry", "record_id", "nik"]].dropna()
    own = people[people["record_id"].isin(records)][["registry", "nik"]].drop_duplicates()
    sharing = people.merge(own, on=["registry", "nik"])
    asked = world.households[world.households["record_id"].isin(records)]
    groups = asked[["registry", "kelompok_ganda"]].dropna()
    copies = world.households.dropna(subset=["kelompok_ganda"]).merge(groups.drop_duplicates())
    found = pd.concat([copies.assign(sebab="ganda"), sharing.assign(sebab="nik")])
    found = found[~found["record_id"].isin(records)].drop_duplicates("record_id")
    found = found.sort_values("record_id", ignore_index=True)[:MOST_KIN]
    words = {kind: text(f"explain_kin_{kind}", world.language) for kind in ("ganda", "nik")}
    return found.assign(sebab=found["sebab"].map(words))[["registry", "record_id", "sebab"]]


def _flags(world: _World, records: list[str]) -> pd.DataFrame:
    """Return the values of these rows that could not be trusted, as written, with the reason in words."""
    own = _places(world, records).drop_duplicates()
    flags = world.sources.both("value_flags").merge(own, on=_PLACE)
    said = flags["code"].map(lambda code: entries()[code][world.language]).astype("str")
    return flags.assign(sebab=said)[["source_file", "source_row", "column", "original", "code", "sebab"]]


def _weights(weighing: Weighing, language: Language) -> pd.DataFrame:
    """Return the comparisons between the odds of any two rows and the sum of all bits."""
    begin = {"pembanding": text("explain_prior", language), "bit": round(weighing.prior, 4)}
    end = {"pembanding": text("explain_sum", language), "bit": round(weighing.bits, 4)}
    return pd.DataFrame([begin, *weighing.comparisons.to_dict("records"), end])[
        ["pembanding", "tingkat", "m", "u", "bit_tingkat", "bit_kelangkaan", "bit"]
    ]


def _decision(
    world: _World,
    weighing: Weighing,
    records: Mapping[Registry, str | None],
    households: pd.DataFrame,
    *,
    guessed: bool,
) -> list[str]:
    """Return how the pair was decided, and whether what was published is what comes out again."""
    language, settings = world.language, world.config.matching
    notes = [text("explain_guessed", language)] if guessed else []
    if weighing.score is None:
        notes.append(text("explain_no_pass", language))
    else:
        passes = {one.name: getattr(one.why, language) for one in world.spec.passes}
        found = "; ".join(passes[name] for name in weighing.passes.split(",") if name)
        said = {"score": f"{weighing.score:.6f}", "match": settings.match, "review": settings.review}
        notes.append(text("explain_passes", language, passes=found or "-"))
        notes.append(text("explain_score", language, **said))
        notes.append(text("explain_chosen" if weighing.chosen else "explain_not_chosen", language))
    pair = [households[f"record_id_{side}"] == records[side] for side in Registry]
    published = households[pair[0] & pair[1]]
    if len(published):
        was, now = float(published["bobot"].iloc[0]), round(weighing.bits, 2)
        key = "explain_same" if abs(was - now) < 0.005 else "explain_other"
        notes.append(text(key, language, was=was, now=now))
    return notes
