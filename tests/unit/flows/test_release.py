"""The release gate: scanned clean, asked for by one person, approved by another, the same bytes."""

import json
import stat
from pathlib import Path

import pytest
from identity_world import NIK, known

from flows import release as gate
from flows.audit import LOG, Event, read_log
from flows.publish import MANIFEST, newest_run, publish, sha256, staging_folder
from flows.release import RELEASE, RELEASES, release
from reconcile.errors import InputError, PadanError, PublishError
from reconcile.vocab import Language

CLEAN = "kode_desa;n\n64.72.01.1001;12\n"
FILES = {
    "indikator/indikator.csv": CLEAN,
    "layers/keluarga.gpkg": f"nik\n{NIK}\n",
    "program/TERBATAS/pkh.csv": f"nik\n{NIK}\n",
    "tinjauan/A/tinjauan_A_001.xlsx": f"nik\n{NIK}\n",
}


class Config:
    def __init__(self, root: Path) -> None:
        self.output_root = root

    def label(self, path: Path) -> str:
        return path.relative_to(self.output_root).as_posix()


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an output folder with a run and its report."""
    monkeypatch.setattr("flows.release.load_config", lambda _: Config(tmp_path))
    monkeypatch.setattr("flows.release.identities_of", lambda _: known())
    with staging_folder(tmp_path, "r1") as staging:
        for name, content in FILES.items():
            (staging / name).parent.mkdir(parents=True, exist_ok=True)
            (staging / name).write_text(content, encoding="utf-8")
        publish(staging, tmp_path, "r1", {"padan": "1"})
    written(tmp_path, CLEAN)
    return tmp_path


def written(root: Path, content: str) -> Path:
    """Write the report of the run, as `padan report` leaves it; return its page."""
    folder = root / "laporan/2026-TW1_r1"
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / "laporan.html"
    page.write_text(content, encoding="utf-8")
    (folder / MANIFEST).write_text(json.dumps({"berkas": {page.name: sha256(page)}}), encoding="utf-8")
    return page


def called(*, by: str | None = None, approve: str | None = None, kind: str = "PUBLIK") -> int:
    given = {"kind": kind, "asked_by": by, "approved_by": approve}
    return release(Path("config.yaml"), Language.INDONESIAN, run="r1", **given)  # type: ignore[arg-type]


def refused(code: str, **given: str) -> None:
    with pytest.raises(PadanError) as caught:
        called(**given)
    assert caught.value.faults[0].code == code


def events(root: Path) -> list[str]:
    log = read_log(root)
    assert log is not None
    assert log.faults == ()
    return [one.event for one in log.entries if one.event in {Event.RELEASE_ASKED, Event.RELEASE_APPROVED}]


def test_two_people_release_the_bytes_that_were_scanned(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert called(by="Ani") == 0
    assert not (root / RELEASES).exists()
    assert called(approve="Budi") == 0
    folder = root / RELEASES / "r1_PUBLIK"
    told = json.loads((folder / RELEASE).read_text(encoding="utf-8"))
    assert (told["diminta"]["oleh"], told["disetujui"]["oleh"]) == ("Ani", "Budi")
    assert told["pindai"]["ditemukan"] == 0
    released = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}
    assert set(released) == {RELEASE, *told["berkas"]}
    assert all(sha256(released[name]) == digest for name, digest in told["berkas"].items())
    assert {stat.S_IMODE(path.stat().st_mode) for path in released.values()} == {0o640}
    assert events(root) == [Event.RELEASE_ASKED, Event.RELEASE_APPROVED]
    before = (folder / RELEASE).read_bytes()
    assert called(approve="Budi") == 0
    assert "Sudah dirilis" in capsys.readouterr().out
    assert (folder / RELEASE).read_bytes() == before
    assert newest_run(root) == root / "runs/r1"


@pytest.mark.parametrize(
    "name",
    [
        *("Ani Lestari", "ani lestari ", "ANI  LESTARI", "Ani. Lestari", "Ａｎｉ Lestari", "AniLestari"),
        *("Lestari, Ani", "Ani Léstari", "A\u200bni Lestari"),
    ],
)
def test_nobody_approves_what_they_asked_for(root: Path, name: str) -> None:
    called(by="Ani Lestari")
    refused("E_RELEASE_SAME_PERSON", approve=name)
    assert not (root / RELEASES).exists()


@pytest.mark.parametrize("given", [{}, {"by": " "}, {"approve": "."}, {"by": "Ani", "approve": "Budi"}])
def test_one_named_person_at_a_time(root: Path, given: dict[str, str]) -> None:
    refused("E_RELEASE_WHO", **given)


@pytest.mark.parametrize(("content", "code"), [(f"lihat {NIK}\n", 1), ("\0\1\2\3", 3)])
def test_what_is_not_clean_is_not_asked_for(root: Path, content: str, code: int) -> None:
    written(root, content)
    assert called(by="Ani") == code
    assert events(root) == []
    refused("E_RELEASE_NOT_ASKED", approve="Budi")


def test_a_byte_that_changed_after_the_scan_refuses(root: Path) -> None:
    called(by="Ani")
    page = written(root, CLEAN + " ")
    refused("E_RELEASE_CHANGED", approve="Budi")
    page.write_text("lain", encoding="utf-8")
    refused("E_RELEASE_NOT_PUBLISHED", approve="Budi")
    page.unlink()
    refused("E_RELEASE_NOT_PUBLISHED", approve="Budi")
    assert not (root / RELEASES).exists()
    assert events(root) == [Event.RELEASE_ASKED]


def test_an_approval_holds_for_one_request(root: Path) -> None:
    called(by="Ani")
    called(approve="Budi")
    written(root, CLEAN + CLEAN)
    called(by="Budi")
    refused("E_RELEASE_SAME_PERSON", approve="Budi")
    assert called(approve="Ani") == 0
    told = json.loads((root / RELEASES / "r1_PUBLIK" / RELEASE).read_text(encoding="utf-8"))
    assert (told["diminta"]["oleh"], told["disetujui"]["oleh"]) == ("Budi", "Ani")


def test_a_log_that_was_edited_is_not_believed(root: Path) -> None:
    called(by="Ani")
    log = root / LOG
    log.write_bytes(log.read_bytes().replace(b'"oleh":"Ani"', b'"oleh":"Edi"'))
    refused("E_RELEASE_LOG", approve="Ani")


def test_a_release_that_was_cut_short_is_finished_by_the_next_call(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    called(by="Ani")
    with monkeypatch.context() as broken:
        broken.setattr(gate, "replace_folder", lambda *_: (_ for _ in ()).throw(OSError(28, "penuh")))
        with pytest.raises(PublishError):
            called(approve="Budi")
    assert list((root / RELEASES).glob("*")) == []
    assert called(approve="Budi") == 0
    assert events(root) == [Event.RELEASE_ASKED, Event.RELEASE_APPROVED]


def test_internal_files_go_with_one_name_and_without_the_restricted_ones(root: Path) -> None:
    assert called(by="Ani", kind="INTERNAL") == 0
    folder = root / RELEASES / "r1_INTERNAL"
    names = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert names == {RELEASE, MANIFEST, "indikator/indikator.csv"}
    assert json.loads((folder / RELEASE).read_text(encoding="utf-8"))["disetujui"] is None


def test_a_run_without_a_report_has_nothing_public(root: Path) -> None:
    (root / "laporan/2026-TW1_r1" / MANIFEST).unlink()
    with pytest.raises(InputError):
        called(by="Ani")
