"""Edge module: sheets of offices in a run: what came back and was checked, its files, the book to fill in."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from flows.config import PipelineConfig
from flows.deliveries import Sources
from flows.formbook import write_forms
from reconcile.disclosure import MODES, Disclosure
from reconcile.errors import Fault
from reconcile.language import describe, text
from reconcile.office.audits import follow_ups
from reconcile.office.book import office_book
from reconcile.office.matrix import plan_matrix
from reconcile.office.settings import Known, known_of
from reconcile.office.tables import ISSUES, MATRIX, STANDING_FOLLOW_UPS
from reconcile.regions import Register
from reconcile.report.period import Cadence, period_of
from reconcile.tables import QUARANTINE, VALUE_FLAGS
from reconcile.vocab import Content, Language

#: What offices fill in: INTERNAL, no person is in it.
OFFICE_BOOK = "program/isian_opd.xlsx"
#: So many problems are told one by one.
_MOST_TOLD = 20


def office_tables(config: PipelineConfig, sources: Sources, register: Register) -> dict[str, pd.DataFrame]:
    """Return MATRIX, STANDING_FOLLOW_UPS and ISSUES of the run by their names."""
    day, language = config.reference_date, config.language
    known = known_programs(config, register)
    plans = plan_matrix(
        sources.reference(Content.PLANS),
        _found(sources, Content.PLANS),
        known,
        year=day.year,
        quarter=int(period_of(day, Cadence.QUARTER)[-1]),
        cumulative=config.office.cumulative,
        language=language,
    )
    audits = follow_ups(
        sources.reference(Content.FOLLOW_UPS),
        _found(sources, Content.FOLLOW_UPS),
        known,
        day=day,
        language=language,
    )
    issues = ISSUES.build(pd.concat([plans.issues, audits.issues], ignore_index=True))
    return {MATRIX.name: plans.table, STANDING_FOLLOW_UPS.name: audits.table, ISSUES.name: issues}


def issue_lines(
    config: PipelineConfig, sources: Sources, register: Register, language: Language
) -> list[str]:
    """Return what is wrong with the sheets of offices, a line each with its place; more are only counted."""
    issues = office_tables(config, sources, register)[ISSUES.name]
    lines = [
        describe(
            Fault.of(
                str(one.kode_masalah),
                file=str(one.source_file),
                sheet=str(one.source_sheet),
                row=int(str(one.source_row)),
                column=str(one.kolom_isian),
            ),
            language,
        )
        for one in issues.head(_MOST_TOLD).fillna({"kolom_isian": ""}).itertuples()
    ]
    more = len(issues) - len(lines)
    return [*lines, *([text("office_more", language, n=more)] if more else [])]


def known_programs(config: PipelineConfig, register: Register) -> Known:
    """Return the programmes, offices and kabupaten that the sheets may name."""
    villages = register.villages.drop_duplicates("kode_kab")
    areas = dict(sorted(zip(villages["kode_kab"], villages["nama_kab"], strict=True)))
    return known_of(config.programs, config.office, areas, config.language)


def _found(sources: Sources, content: Content) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return VALUE_FLAGS and QUARANTINE of the files of one content."""
    own = [delivery.conformed for delivery in sources.deliveries if delivery.spec.content is content]
    flags = [VALUE_FLAGS.empty(), *(one.value_flags for one in own)]
    aside = [QUARANTINE.empty(), *(one.quarantine for one in own)]
    return pd.concat(flags, ignore_index=True), pd.concat(aside, ignore_index=True)


def write_office_book(
    staging: Path,
    config: PipelineConfig,
    register: Register,
    tables: Mapping[str, pd.DataFrame],
    *,
    run: str,
) -> None:
    """Write the book of a run below ``staging``; the same tables, the same bytes."""
    meta = {"jalan": run, "tanggal_acuan": config.reference_date.isoformat()}
    known = known_programs(config, register)
    book = office_book(tables[MATRIX.name], tables[STANDING_FOLLOW_UPS.name], known, meta, config.language)
    path = staging / OFFICE_BOOK
    write_forms(path, book, language=config.language)
    path.chmod(MODES[Disclosure.INTERNAL])
