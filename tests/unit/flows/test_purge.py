"""What is too old is shown, removed when asked, and recorded; what the next run needs stays."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import yaml
from command import table

from flows.audit import read_log
from flows.config import PipelineConfig, load_config
from flows.publish import MANIFEST, publish, staging_folder
from flows.published import file_faults, published_set
from flows.purge import limits_of, purge
from flows.purge_record import unfinished
from reconcile.disclosure import REMOVALS, Disclosure
from reconcile.errors import InputError, PublishError
from reconcile.vocab import Language

ROOT = Path(__file__).parents[3]
OLD, PAST, NEWEST = "2025-06-30-aaaaaaaaaa", "2025-09-30-bbbbbbbbbb", "2026-03-31-cccccccccc"
NIK = "6472014505880002"
RUN_FILES = ("karantina/baris.csv", "rekonsiliasi/keluarga.csv", "temuan/temuan.csv")
#: Files of the output folder that are as old as OLD, and their class.
OLD_FILES = {
    f"runs/{OLD}/karantina/baris.csv": "TERBATAS",
    f"runs/{OLD}/rekonsiliasi/keluarga.csv": "TERBATAS",
    f"runs/{OLD}/temuan/temuan.csv": "INTERNAL",
    f"runs/{OLD}/{MANIFEST}": "INTERNAL",
    f"verval/{OLD}/64.02/desa.xlsx": "TERBATAS",
    f"verval/{OLD}/{MANIFEST}": "TERBATAS",
    f"bundel/kutim/{OLD}/isi.zip.age": "TERBATAS",
    f"bundel/TERBATAS/kutim_{OLD}.csv": "TERBATAS",
    f"laporan/2025-TW2_{OLD}/laporan.html": "PUBLIK",
    f"rilis/{OLD}_INTERNAL/temuan.csv": "INTERNAL",
    f"rilis/{OLD}_PUBLIK/laporan.html": "PUBLIK",
    f"riwayat/2025-06-30/{OLD}.parquet": "INTERNAL",
}
#: Files that came or changed today.
NEW_FILES = {
    "data/processed/.antara/read-1/0.parquet",
    "data/processed/.sedang-ditulis-x/half.csv",
    f"data/raw/masuk/surat_{NIK}.csv",
    "data/raw/masuk/sudah-diterima/p3ke_a.csv",
    "data/raw/contoh/p3ke/p3ke_keluarga_2019.csv",
    "data/raw/verval/masuk/desa.xlsx",
    "data/raw/perbaikan/lama.xlsx",
}


@pytest.fixture
def config(tmp_path: Path) -> PipelineConfig:
    """Return a project with three runs and something of every kind that is removed."""
    values = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    values["retention"]["purge"] = {"TERBATAS": 30}
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(values), encoding="utf-8")
    for path in (ROOT / "data/raw/contoh").rglob("*.*"):
        put(tmp_path / path.relative_to(ROOT))
    root = tmp_path / "data/processed"
    for run, past in ((OLD, None), (PAST, OLD), (NEWEST, PAST)):
        with staging_folder(root, run) as staging:
            for name in RUN_FILES:
                put(staging / name, f"{run} {name}")
            publish(staging, root, run, {"padan": "1", "history": {"run": past}})
    for name in OLD_FILES:
        put(root / name)
    for name in NEW_FILES:
        put(tmp_path / name, name)
    put(root / f"verval/{NEWEST}/64.02/desa.xlsx")
    return load_config(tmp_path / "config.yaml")


def put(path: Path, content: str = "isi") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.write_text(content, encoding="utf-8")


def purged(
    config: PipelineConfig, older_than: str | None, kind: str | None = None, *, yes: bool = True
) -> int:
    place = config.folder / "config.yaml"
    return purge(place, Language.INDONESIAN, older_than=older_than, kind=kind, yes=yes)


def there(config: PipelineConfig) -> dict[str, bytes]:
    kept = (p for p in config.folder.rglob("*") if p.is_file() and not p.is_symlink())
    return {p.relative_to(config.folder).as_posix(): p.read_bytes() for p in kept if ".kunci" not in p.name}


def record(config: PipelineConfig) -> dict[str, str]:
    rows = table(config.output_root / REMOVALS.path)
    assert rows["berkas"].is_unique
    return dict(zip(rows["berkas"], rows["keadaan"], strict=True))


def old(*classes: str) -> set[str]:
    return {
        f"data/processed/{name}" for name, one in OLD_FILES.items() if one in (classes or OLD_FILES.values())
    }


def test_it_is_shown_first_and_nothing_is_touched(
    config: PipelineConfig, capsys: pytest.CaptureFixture[str]
) -> None:
    before = there(config)
    assert purged(config, "2026-01-01", yes=False) == 0
    said = capsys.readouterr().out
    assert there(config) == before
    assert f"data/processed/runs/{OLD}: hasil lama, TERBATAS, 2025-06-30" in said
    assert f"dibandingkan dengannya: data/processed/runs/{PAST}" in said
    assert f"{len(OLD_FILES)} berkas" in said
    assert "--yes" in said


def test_what_is_old_goes_and_is_recorded_by_hash(config: PipelineConfig) -> None:
    before = there(config)
    assert purged(config, "2026-01-01") == 0
    gone = set(before) - set(there(config))
    assert gone == old()
    assert not (config.output_root / "runs" / OLD).exists()
    assert record(config) == dict.fromkeys(sorted(old()), "dihapus")
    rows = table(config.output_root / REMOVALS.path).set_index("berkas")
    name = f"data/processed/runs/{OLD}/karantina/baris.csv"
    assert rows.loc[name, "sha256"] == sha256_of(before[name])
    assert (rows.loc[name, "kelas"], rows.loc[name, "bytes"]) == ("TERBATAS", str(len(before[name])))
    log = read_log(config.output_root)
    assert log is not None
    assert (log.faults, unfinished(log)) == ((), [])
    # and again, where nothing is left to do
    assert purged(config, "2026-01-01") == 0
    assert len(read_log(config.output_root).entries) == len(log.entries)  # type: ignore[union-attr]


def test_the_report_of_the_run_before_stays_as_it_says_what_must_stay_hidden(config: PipelineConfig) -> None:
    kept = config.output_root / f"laporan/2025-TW3_{PAST}/{MANIFEST}"
    put(kept)
    assert purged(config, "2026-01-01") == 0
    assert kept.exists()


def sha256_of(content: bytes) -> str:
    from hashlib import sha256 as digest

    return digest(content).hexdigest()


def test_landing_leftovers_and_what_no_longer_is_named_go_without_a_number_in_the_record(
    config: PipelineConfig,
) -> None:
    before = there(config)
    assert purged(config, "2099-01-01", "TERBATAS") == 0
    gone = set(before) - set(there(config))
    assert gone == NEW_FILES | old("TERBATAS")
    assert (config.folder / "data/raw/masuk").is_dir()
    # what config.yaml names, the newest run and what it was held against
    assert {one for one in before if "contoh" in one} - NEW_FILES <= set(there(config))
    told = (config.output_root / REMOVALS.path).read_text("utf-8") + (
        config.output_root / "jejak-audit.jsonl"
    ).read_text("utf-8")
    assert NIK not in told
    assert "surat_•••.csv" in told


def test_a_run_that_lost_its_restricted_files_is_still_whole_as_far_as_it_goes(
    config: PipelineConfig,
) -> None:
    assert purged(config, None) == 0
    assert set(record(config)) >= old("TERBATAS")
    run = config.output_root / "runs" / OLD
    assert (run / "temuan/temuan.csv").is_file()
    assert list(file_faults(published_set(run))) == []
    (run / "temuan/temuan.csv").unlink()
    assert [one.code for one in file_faults(published_set(run))] == ["E_VERIFY_MISSING"]


def test_links_are_never_followed(config: PipelineConfig, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("luar")
    put(outside / f"{OLD}/penting.csv")
    for place in (
        config.output_root / "verval" / OLD.replace("aaa", "ddd"),
        config.output_root / "runs" / OLD / "karantina/tautan",
        config.folder / "data/raw/masuk/tautan",
    ):
        place.symlink_to(outside / OLD)
    (config.folder / "data/raw/masuk/berkas").symlink_to(outside / OLD / "penting.csv")
    assert purged(config, "2099-01-01") == 0
    assert (outside / OLD / "penting.csv").is_file()
    # a folder that is replaced by a link after it was looked at
    assert not [name for name in record(config) if "tautan" in name or "penting" in name]


@pytest.mark.parametrize("nth", [1, 2, 6, len(OLD_FILES)])
def test_killed_anywhere_the_next_call_finishes_it(
    config: PipelineConfig, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    before = there(config)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Path, "unlink", after(nth, KeyboardInterrupt()))
        purged(config, "2026-01-01")
    log = read_log(config.output_root)
    assert unfinished(log)
    left = old() & set(there(config))
    assert len(left) == len(OLD_FILES) - nth + 1
    assert purged(config, "2026-01-01") == 0
    assert set(before) - set(there(config)) == old()
    assert record(config) == dict.fromkeys(sorted(old()), "dihapus")


def after(nth: int, error: BaseException) -> Callable[..., None]:
    """Return Path.unlink that raises ``error`` at the n-th file of those that are to go."""
    real, count = Path.unlink, iter(range(1, 10_000))

    def unlink(path: Path, *, missing_ok: bool = False) -> None:
        if OLD in str(path) and next(count) == nth:
            raise error
        real(path, missing_ok=missing_ok)

    return unlink


def test_an_open_file_is_left_told_and_goes_the_next_time(
    config: PipelineConfig, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", after(1, PermissionError()))
        assert purged(config, "2026-01-01") == 1
    assert "1 berkas belum dapat dihapus" in capsys.readouterr().out
    assert list(record(config).values()).count("tersisa") == 1
    assert purged(config, "2026-01-01") == 0
    assert not old() & set(there(config))


def test_a_file_that_changed_since_it_was_written_down_stays(
    config: PipelineConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Path, "unlink", after(1, KeyboardInterrupt()))
        purged(config, "2026-01-01")
    changed = config.output_root / f"verval/{OLD}/64.02/desa.xlsx"
    changed.write_text("jawaban", encoding="utf-8")
    assert purged(config, "2026-01-01", "PUBLIK") == 1
    assert changed.read_text(encoding="utf-8") == "jawaban"


def test_it_refuses_while_a_run_goes_on(config: PipelineConfig) -> None:
    holding = (
        "import sys; from pathlib import Path; from flows.lock import held\n"
        "with held(Path(sys.argv[1])):\n    print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", holding, str(config.output_root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        before = there(config)
        with pytest.raises(PublishError) as refused:
            purged(config, "2026-01-01")
        assert refused.value.faults[0].code == "E_RUNNING_BY"
        assert there(config) == before
        holder.communicate("")


TODAY = date(2026, 3, 31)
AGES = [
    ("90d", None, date(2025, 12, 31)),
    ("1", None, date(2026, 3, 30)),
    ("30 hari", None, date(2026, 3, 1)),
    ("2026-01-01", "PUBLIK", date(2026, 1, 1)),
]


@pytest.mark.parametrize(("written", "kind", "before"), AGES)
def test_ages(config: PipelineConfig, written: str, kind: str | None, before: date) -> None:
    classes = [Disclosure(kind)] if kind else list(Disclosure)
    assert limits_of(config, written, kind, TODAY) == dict.fromkeys(classes, before)


def test_without_an_age_the_configuration_says_it(config: PipelineConfig) -> None:
    assert limits_of(config, None, None, TODAY) == {Disclosure.RESTRICTED: date(2026, 3, 1)}
    for written, kind, code in (
        (None, "PUBLIK", "E_PURGE_NO_AGE"),
        ("0d", None, "E_PURGE_AGE"),
        ("lama", None, "E_PURGE_AGE"),
        ("2026-13-01", None, "E_PURGE_AGE"),
    ):
        with pytest.raises(InputError) as refused:
            limits_of(config, written, kind, TODAY)
        assert refused.value.faults[0].code == code


def test_the_log_says_what_is_to_go_before_it_goes(
    config: PipelineConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Path, "unlink", after(1, KeyboardInterrupt()))
        purged(config, "2026-01-01")
    lines = (config.output_root / "jejak-audit.jsonl").read_text(encoding="utf-8").splitlines()
    told = [json.loads(line)["isi"] for line in lines if '"pembersihan"' in line]
    assert sum(len(one["berkas"]) for one in told) == len(OLD_FILES)
    # a set is never met without the rest of its files
    internal = [one for one in told if (one.get("jalan"), one["kelas"]) == (OLD, "INTERNAL")]
    assert internal[0]["berkas"][0]["nama"] == MANIFEST
