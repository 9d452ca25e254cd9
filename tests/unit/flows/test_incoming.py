"""The incoming folder: what is complete moves once; nothing is overwritten or lost, killed or not."""

import csv
import os
from pathlib import Path

import pytest
import yaml

import flows.incoming
from flows.config import PipelineConfig, load_config
from flows.incoming import KNOWN_FOLDER, REGISTER, Fate, Received, said, take, take_incoming
from reconcile.errors import PublishError
from reconcile.vocab import Language

ROOT = Path(__file__).parents[3]
NOW = 4_000_000_000.0
RULES = [
    {"pattern": "P3KE_*.csv", "into": "data/raw/contoh/p3ke"},
    {"pattern": "surat*", "into": "data/raw/lain"},
]


@pytest.fixture
def config(tmp_path: Path) -> PipelineConfig:
    """Return a project whose incoming folder is empty; of the sample only the files are there."""
    values = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    values["schedule"]["incoming"] = {"folder": "masuk", "stable_seconds": 60, "rules": RULES}
    values["inputs"][0]["path"] = "data/raw/contoh/p3ke/*.csv"
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(values), encoding="utf-8")
    for path in (ROOT / "data/raw/contoh").rglob("*.*"):
        target = tmp_path / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
    (tmp_path / "masuk").mkdir()
    return load_config(tmp_path / "config.yaml")


def sent(config: PipelineConfig, name: str, content: str = "isi") -> Path:
    path = config.folder / "masuk" / name
    path.write_text(content, encoding="utf-8")
    return path


def fates(received: list[Received]) -> dict[str, str]:
    return {one.name: one.fate for one in received}


def registered(config: PipelineConfig) -> list[tuple[str, str, str]]:
    with (config.output_root / REGISTER).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    whole = [row for row in rows if None not in row.values() and row["keadaan"] != Fate.BEGUN]
    return [(row["keadaan"], row["berkas"], row["tujuan"]) for row in whole]


def test_a_complete_delivery_moves_to_its_place_and_is_registered(config: PipelineConfig) -> None:
    path = sent(config, "p3ke_6402.csv")
    (one,) = take(config, now=NOW)
    assert one == Received("p3ke_6402.csv", Fate.TAKEN, "data/raw/contoh/p3ke/p3ke_6402.csv")
    assert not one.odd
    assert not path.exists()
    assert (config.folder / one.place).read_text(encoding="utf-8") == "isi"
    assert registered(config) == [("diambil", one.name, one.place)]
    assert (config.output_root / REGISTER).stat().st_mode & 0o777 == 0o640


def test_a_delivery_is_complete_when_still_or_when_its_sender_says_so(config: PipelineConfig) -> None:
    path = sent(config, "surat.pdf")
    changed = path.stat().st_ctime
    # what a copying program sets does not hide that the file is new
    os.utime(path, (0, 0))
    assert fates(take(config, now=changed + 59)) == {"surat.pdf": Fate.UNFINISHED}
    (config.folder / "masuk/surat.pdf.selesai").touch()
    assert fates(take(config, now=changed + 59)) == {"surat.pdf": Fate.TAKEN}
    assert list((config.folder / "masuk").iterdir()) == []


def test_the_same_content_again_is_recognised_under_any_name(config: PipelineConfig) -> None:
    sent(config, "P3KE_a.csv")
    take(config, now=NOW)
    sent(config, "P3KE_b.csv")
    (one,) = take(config, now=NOW)
    assert (one.fate, one.place) == (Fate.KNOWN, f"masuk/{KNOWN_FOLDER}/P3KE_b.csv")
    assert (config.folder / one.place).exists()
    assert [state for state, *_ in registered(config)] == ["diambil", "sudah_pernah"]
    assert take(config, now=NOW) == []


def test_another_content_under_the_same_name_stands_beside(config: PipelineConfig) -> None:
    for content in ("satu", "dua", "tiga"):
        sent(config, "P3KE_a.csv", content)
        (last,) = take(config, now=NOW)
    assert (last.place, last.renamed, last.odd) == ("data/raw/contoh/p3ke/P3KE_a-3.csv", True, True)
    folder = config.folder / "data/raw/contoh/p3ke"
    assert [(folder / f"P3KE_a{n}.csv").read_text("utf-8") for n in ("", "-2", "-3")] == [
        "satu",
        "dua",
        "tiga",
    ]


def test_what_belongs_nowhere_stays_and_is_told(config: PipelineConfig) -> None:
    sent(config, "catatan.docx")
    sent(config, "surat_kosong", "")
    (config.folder / "masuk/P3KE_tautan.csv").symlink_to(config.folder / "config.yaml")
    received = take(config, now=NOW)
    assert fates(received) == {"catatan.docx": Fate.UNKNOWN, "surat_kosong": Fate.EMPTY}
    assert all(one.odd for one in received)
    assert len(list((config.folder / "masuk").iterdir())) == 3


def test_a_delivery_that_no_input_reads_is_told(config: PipelineConfig) -> None:
    sent(config, "surat.pdf")
    (one,) = take(config, now=NOW)
    assert one.unread
    assert "data/raw/lain/surat.pdf: tidak dibaca" in said([one], config, Language.INDONESIAN)[1]


@pytest.mark.parametrize(
    "moment", ["before the move", "after the move", "between two names", "within a line"]
)
def test_a_killed_call_is_finished_by_the_next(
    config: PipelineConfig, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    sent(config, "P3KE_a.csv")
    write, lines = flows.incoming._write, []

    def dying_rename(path: Path, target: Path) -> None:
        if moment == "between two names":
            os.link(path, target)
        raise KeyboardInterrupt

    def dying_write(*given: object) -> None:
        if lines:
            raise KeyboardInterrupt
        lines.append(write(*given))  # type: ignore[arg-type, func-returns-value]

    with monkeypatch.context() as dying:
        if moment in {"before the move", "between two names"}:
            dying.setattr(flows.incoming, "_rename", dying_rename)
        else:
            dying.setattr(flows.incoming, "_write", dying_write)
        with pytest.raises(KeyboardInterrupt):
            take(config, now=NOW)
    if moment == "within a line":
        with (config.output_root / REGISTER).open("a", encoding="utf-8") as file:
            file.write("2026-01-01T00:00:00+00:00;diam")
    take(config, now=NOW)
    place = "data/raw/contoh/p3ke/P3KE_a.csv"
    assert registered(config) == [("diambil", "P3KE_a.csv", place)]
    assert (config.folder / place).read_text(encoding="utf-8") == "isi"
    assert list((config.folder / "masuk").iterdir()) == []


def test_another_disk_gets_a_whole_copy(config: PipelineConfig) -> None:
    path = sent(config, "P3KE_a.csv")
    target = config.folder / "data/raw/contoh/p3ke/P3KE_a.csv"
    flows.incoming._copy(path, target, flows.incoming.sha256(path))
    assert target.read_text(encoding="utf-8") == "isi"
    assert not path.exists()
    again = sent(config, "P3KE_a.csv", "lain")
    with pytest.raises(FileExistsError):
        flows.incoming._copy(again, target, flows.incoming.sha256(again))
    assert (again.read_text("utf-8"), target.read_text("utf-8")) == ("lain", "isi")


def test_a_name_that_a_spreadsheet_would_run_is_shielded_and_found_again(config: PipelineConfig) -> None:
    sent(config, "=P3KE_a.csv")
    values = config.schedule.incoming.rules[0].model_copy(update={"pattern": "*"})
    incoming = config.schedule.incoming.model_copy(update={"rules": (values,)})
    config = config.model_copy(update={"schedule": config.schedule.model_copy(update={"incoming": incoming})})
    take(config, now=NOW)
    assert registered(config)[0][1] == "'=P3KE_a.csv"
    assert {line.name for line in flows.incoming._lines(config.output_root / REGISTER)} == {"=P3KE_a.csv"}


def test_the_command_says_what_became_of_each(
    config: PipelineConfig, capsys: pytest.CaptureFixture[str]
) -> None:
    path = config.folder / "config.yaml"
    assert take_incoming(path, Language.INDONESIAN) == 0
    assert "Tidak ada kiriman" in capsys.readouterr().out
    sent(config, "catatan.docx")
    sent(config, "P3KE_a.csv")
    assert take_incoming(path, Language.INDONESIAN) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["P3KE_a.csv", "catatan.docx"]
    assert "ditunggu" in lines[0]


def test_two_calls_at_once_are_refused_and_a_full_disk_is_told(
    config: PipelineConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent(config, "P3KE_a.csv")
    with flows.incoming.alone(config.output_root), pytest.raises(PublishError) as refused:
        take(config, now=NOW)
    assert refused.value.faults[0].code == "E_INCOMING_BUSY"

    def full(*given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(flows.incoming, "_rename", full)
    with pytest.raises(PublishError) as refused:
        take(config, now=NOW)
    assert refused.value.faults[0].code == "E_INCOMING"
    assert (config.folder / "masuk/P3KE_a.csv").exists()
