"""Edge module: `padan bundle`: what another office is handed of a run, its own rows only, on declared terms.

A bundle lies below ``bundel/<recipient>/<run>`` and is put in place whole or not at all. Every one stands in
the audit log and in the register of the output folder.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console

from flows.audit import Event, append
from flows.bundle_files import Content, Job, Part, rows_of, write_content
from flows.bundle_minutes import Minutes, as_page, as_text
from flows.bundle_seal import SEALED, archive, password, seal, seal_book
from flows.config import PipelineConfig, load_config
from flows.csvfile import read_csv, write_csv
from flows.key import load_key
from flows.place import flush, fresh_file, put_file, recover_folder, removed, replace_folder
from flows.publish import MANIFEST, published_runs, run_folder, run_lock, sha256, staging_folder
from flows.reference import some
from flows.report_paper import as_pdf, face
from reconcile.bundle.settings import Recipient
from reconcile.disclosure import BUNDLE_LOOKUP, BUNDLE_REGISTER, MODES, Disclosure, Output, allowed
from reconcile.errors import ConfigError, Fault, InputError, PublishError
from reconcile.language import text
from reconcile.vocab import Language

BUNDLES = "bundel"
_AREAS = "indikator/indikator.csv"
_SYSTEMS = ("kemendagri", "bps")
_MINUTES = "BAST"


@dataclass(frozen=True)
class _Made:
    """A bundle in its staging folder: what it tells of itself, its parts, the ids of an agency."""

    manifest: Mapping[str, Any]
    content: Content

    @property
    def written(self) -> str:
        """Return the manifest as it is written."""
        return json.dumps(self.manifest, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def bundle(config_path: Path, language: Language, *, recipient: str | None, run: str | None) -> int:
    """Make the bundle of a recipient from a published run (the last one where none is named); return 0.

    ``recipient`` is a name declared in config.yaml, or the code of its kabupaten or kota. ConfigError where
    it is not declared, has expired, or its key or password is missing; InputError where there is no such run;
    PublishError where the folder cannot be written.
    """
    config = load_config(config_path)
    if not recipient:
        raise ConfigError([Fault.of("E_BUNDLE_FOR", known=_known(config))])
    published = run_folder(config.output_root, run)
    if published is None:
        names = some([path.name for path in published_runs(config.output_root)])
        raise InputError([Fault.of("E_BUNDLE_RUN", runs=names or "-")])
    asked = _recipient(config, recipient, published)
    if asked.expires < today():
        ended = asked.expires.isoformat()
        raise ConfigError([Fault.of("E_BUNDLE_EXPIRED", name=asked.name, day=ended, basis=asked.basis)])
    secret = password(asked.password_variable) if asked.restricted and asked.password_variable else ""
    # only the ids of an agency are made anew
    key = load_key(config.output_root, required=True) if asked.agency else b""
    day = date.fromisoformat(json.loads((published / MANIFEST).read_text(encoding="utf-8"))["reference_date"])
    job = Job(published, day, asked, key, config.language)
    target = config.output_root / BUNDLES / asked.name / published.name
    out = Console(highlight=False, soft_wrap=True)
    with run_lock(config.output_root):
        recover_folder(target)
        # in the output folder itself, where the next run or bundle removes what a killed one left
        with staging_folder(config.output_root, f"{BUNDLES}-{asked.name}-{published.name}") as staging:
            made = _write(staging, job, secret)
            fresh = not _stands(target, made)
            if fresh:
                _put(config, staging, target, made)
    parts = made.content.parts
    told = {"title": asked.title, "folder": config.label(target), "n": len(parts)}
    told |= {kind.value: rows_of(parts, kind) for kind in (Disclosure.INTERNAL, Disclosure.RESTRICTED)}
    out.print(text("bundle_done" if fresh else "bundle_same", language, **told), markup=False)
    if asked.restricted:
        out.print(text("bundle_age" if asked.public_key else "bundle_password", language), markup=False)
    return 0


def today() -> date:
    """Return the day by the clock: what has expired is a matter of the day on which it is asked for."""
    return datetime.now(UTC).date()


def _known(config: PipelineConfig) -> str:
    return ", ".join(f"{one.name} ({one.area})" for one in config.recipients) or "-"


def _recipient(config: PipelineConfig, asked: str, run: Path) -> Recipient:
    """Return the declared recipient of that name or area."""
    named = next((one for one in config.recipients if one.name == asked), None)
    if named is not None:
        return named
    codes = _codes(asked, run)
    if len(codes) > 1:
        first, second = codes
        raise ConfigError([Fault.of("E_BUNDLE_AMBIGUOUS", given=asked, kemendagri=first, bps=second)])
    fitting = [one for one in config.recipients if not one.agency and one.area in codes]
    if len(fitting) != 1:
        raise ConfigError([Fault.of("E_BUNDLE_UNKNOWN", known=_known(config))])
    return fitting[0]


def _codes(asked: str, run: Path) -> list[str]:
    """Return the Kemendagri codes that a code may mean, that of its own system first.

    With a dot it is Kemendagri's; four digits alone may be of either system, which some codes of Kalimantan
    Timur mean different kabupaten in; ``bps:6402`` and ``kemendagri:6402`` say which.
    """
    system, _, code = asked.rpartition(":")
    digits = code.replace(".", "")
    if len(digits) != len("6472") or not digits.isdigit() or system not in {"", *_SYSTEMS}:
        return []
    dotted = f"{digits[:2]}.{digits[2:]}"
    if "." in code or system == "kemendagri":
        return [dotted]
    try:
        areas = read_csv(run / _AREAS, ["tingkat", "kode", "kode_bps"])
    except (OSError, ValueError, KeyError):
        raise InputError([Fault.of("E_BUNDLE_FILES", file=f"{run.name}/{_AREAS}")]) from None
    areas = areas[areas["tingkat"] == "kabupaten"].dropna(subset=["kode"])
    bps = areas.loc[areas["kode_bps"] == digits, "kode"].tolist()
    own = [dotted] if not system and dotted in set(areas["kode"]) else []
    return list(dict.fromkeys((*own, *bps)))


def _write(staging: Path, job: Job, secret: str) -> _Made:
    """Write the whole bundle below ``staging``, sealed; nothing of what it seals stays."""
    closed = staging / ".terbatas"
    closed.mkdir(mode=0o700)
    content = write_content(staging, closed, job)
    manifest = _manifest(job, content)
    asked, sealed = job.recipient, ""
    if asked.restricted and asked.public_key:
        _text(closed / MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True) + "\n")
        plain = staging / ".terbatas.zip"
        archive(closed, plain)
        sealed = sha256(plain)
        seal(plain, staging / SEALED, asked.public_key)
        removed(plain)
        manifest |= {"arsip": {"nama": SEALED, "sha256_isi": sealed}}
    elif asked.restricted:
        for part in content.parts:
            if part.disclosure is Disclosure.RESTRICTED:
                target = staging / part.path
                target.parent.mkdir(parents=True, exist_ok=True)
                seal_book(closed / part.path, target, secret)
    removed(closed)
    minutes = Minutes(job.run.name, job.day, asked, content.parts, sealed, job.language)
    _text(staging / f"{_MINUTES}.txt", as_text(minutes))
    _text(staging / f"{_MINUTES}.html", as_page(minutes))
    try:
        (staging / f"{_MINUTES}.pdf").write_bytes(as_pdf(as_page(minutes, face())))
        (staging / f"{_MINUTES}.pdf").chmod(MODES[Disclosure.INTERNAL])
    except PublishError:
        # without Pango the page serves, which every machine can print
        (staging / f"{_MINUTES}.pdf").unlink(missing_ok=True)
    made = _Made(manifest, content)
    _text(staging / MANIFEST, made.written)
    return made


def _manifest(job: Job, content: Content) -> dict[str, Any]:
    """Return what a bundle tells of itself: terms, files, counts and hashes, nobody's data."""
    asked = job.recipient
    sealing = ("age" if asked.public_key else "kata_sandi") if asked.restricted else None
    return {
        "padan": version("padan"),
        "jalan": job.run.name,
        "tanggal_acuan": job.day.isoformat(),
        "penerima": asked.name,
        "judul": asked.title,
        "wilayah": asked.area,
        "keperluan": asked.purpose,
        "dasar": asked.basis,
        "berlaku_sampai": asked.expires.isoformat(),
        "penyandian": sealing,
        "kunci_publik": asked.public_key if asked.restricted else None,
        "berkas": {part.path: _told(part) for part in content.parts},
    }


def _told(part: Part) -> dict[str, Any]:
    return {"kelas": part.disclosure.value, "baris": part.rows, "bytes": part.size, "sha256": part.sha256}


def _text(path: Path, content: str) -> None:
    path.write_text(content, encoding="utf-8", newline="\n")
    path.chmod(MODES[Disclosure.INTERNAL])


def _stands(target: Path, made: _Made) -> bool:
    """Return whether the same lies there: only the ciphertext of age is another each time."""
    told = target / MANIFEST
    if not told.is_file() or told.read_text(encoding="utf-8") != made.written:
        return False
    open_parts = [p for p in made.content.parts if p.disclosure is Disclosure.INTERNAL]
    whole = all((target / p.path).is_file() and sha256(target / p.path) == p.sha256 for p in open_parts)
    sealed = [SEALED] if "arsip" in made.manifest else []
    closed = [p.path for p in made.content.parts if p.disclosure is Disclosure.RESTRICTED and not sealed]
    return whole and all((target / name).is_file() for name in (*sealed, *closed, f"{_MINUTES}.html"))


def _put(config: PipelineConfig, staging: Path, target: Path, made: _Made) -> None:
    """Put a bundle in its place; audit log and register tell of it before it is there."""
    root, asked = config.output_root, made.manifest
    parts = made.content.parts
    try:
        for place in (*staging.rglob("*"), staging):
            if place.is_dir():
                place.chmod(0o750)
            flush(place)
        told = {name: asked[name] for name in ("jalan", "penerima", "keperluan", "dasar", "berlaku_sampai")}
        told |= {"wilayah": asked["wilayah"], "penyandian": asked["penyandian"]}
        told |= {"baris": {kind: rows_of(parts, Disclosure(kind)) for kind in ("INTERNAL", "TERBATAS")}}
        sealed = staging / SEALED
        digests = {"manifes": sha256(staging / MANIFEST)}
        digests |= {"arsip": sha256(sealed)} if sealed.is_file() else {}
        append(root, [(Event.BUNDLE, {**told, "berkas": len(parts), "sha256": digests})])
        if made.content.ids:
            rows = pd.DataFrame(
                {"id_padan": list(made.content.ids), "id_penerima": list(made.content.ids.values())}
            )
            _put_table(root, BUNDLE_LOOKUP, rows, f"{asked['penerima']}_{asked['jalan']}")
        _put_table(root, BUNDLE_REGISTER, _register(root, told, parts, digests))
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
        replace_folder(staging, target)
    except OSError:
        raise PublishError([Fault.of("E_BUNDLE_FOLDER", file=target.name)]) from None


def _register(
    root: Path, told: Mapping[str, Any], parts: Sequence[Part], digests: Mapping[str, str]
) -> pd.DataFrame:
    """Return the register with a line more."""
    table = BUNDLE_REGISTER.table
    path = root / BUNDLE_REGISTER.path
    numbers = [column.name for column in table.columns if column.kind == "whole"]
    line = {
        "waktu": datetime.now(UTC).isoformat(timespec="seconds"),
        "penerima": told["penerima"],
        "jalan": told["jalan"],
        "wilayah": told["wilayah"],
        "keperluan": told["keperluan"],
        "dasar": told["dasar"],
        "berlaku_sampai": told["berlaku_sampai"],
        "penyandian": told["penyandian"],
        "n_berkas": len(parts),
        "n_baris_internal": told["baris"]["INTERNAL"],
        "n_baris_terbatas": told["baris"]["TERBATAS"],
        "sha256_manifes": digests["manifes"],
        "sha256_arsip": digests.get("arsip"),
    }
    before = [table.build(read_csv(path, table.names, numbers=numbers))] if path.is_file() else []
    return pd.concat([*before, table.build(pd.DataFrame([line]))], ignore_index=True)


def _put_table(root: Path, output: Output, rows: pd.DataFrame, name: str = "") -> None:
    path = root / output.path.replace("<penerima>", name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    cleared = allowed(output, output.table.build(rows))
    put_file(fresh_file(path, partial(write_csv, table=cleared), MODES[output.disclosure]), path)
