"""`padan evaluate` on made-up runs: what is said, what is written, what is refused."""

import csv
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from flows import evaluate as command
from flows.cli import build, main
from flows.csvfile import write_csv
from flows.curve import draw_curve
from flows.publish import POINTER
from flows.truthfile import read_truth
from reconcile.errors import InputError, PadanError
from reconcile.linkage.evaluate import NEEDED, Judged, curve, with_ratios
from reconcile.vocab import Language

KK = "6402080308230001"
TRUTH = f"kunci_p3ke,kunci_bps,jenis\np1,{KK},sama\np2,b2,pindah\np3,b3,baru sekali\np4,b4,sama\np4,b4,sama\n"


def household(**told: object) -> dict[str, object]:
    return {"skor": float("nan"), **told}


HOUSEHOLDS = [
    household(
        id_rekon="R1", status_padan="cocok", skor=0.95, alasan="NIK kepala sama", nik_p3ke="1", nik_bps="1",
        record_id_p3ke="P1", record_id_bps="B1", family_key_p3ke="p1", family_key_bps=KK,
    ),
    household(
        id_rekon="R2", status_padan="cocok", skor=0.999, record_id_p3ke="P2", record_id_bps="B3",
        family_key_p3ke="p2", family_key_bps="b3",
    ),
    household(id_rekon="R3", status_padan="hanya_p3ke", record_id_p3ke="P3", family_key_p3ke="p3"),
    household(id_rekon="R4", status_padan="hanya_bps", record_id_bps="B2", family_key_bps="b2"),
]  # fmt: skip


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project folder with two published runs of which the second is the newest, and a truth."""
    settings = SimpleNamespace(
        output_root=tmp_path / "hasil",
        folder=tmp_path,
        language=Language.INDONESIAN,
        matching=SimpleNamespace(match=0.9),
    )
    monkeypatch.setattr(command, "load_config", lambda _: settings)
    monkeypatch.setenv("COLUMNS", "140")
    table = pd.DataFrame(HOUSEHOLDS).reindex(columns=list(NEEDED))
    table = table.astype({name: "str" for name in NEEDED if name != "skor"})
    for name, rows in (("lama", table.iloc[:1]), ("baru", table)):
        folder = tmp_path / "hasil/runs" / name / "rekonsiliasi"
        folder.mkdir(parents=True)
        write_csv(folder / "keluarga.csv", rows)
    (tmp_path / "hasil" / POINTER).write_text("runs/baru\n", encoding="utf-8")
    (tmp_path / "benar.csv").write_text(TRUTH, encoding="utf-8")
    return tmp_path


@dataclass(frozen=True)
class Done:
    exit_code: int
    output: str


@pytest.fixture
def run(project: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """Return a runner of ``padan evaluate`` on the project's truth."""

    def evaluated(*options: str, language: Language = Language.INDONESIAN) -> Done:
        arguments = ["evaluate", str(project / "benar.csv"), *options]
        code = build(language).main(args=arguments, standalone_mode=False)
        return Done(int(code), capsys.readouterr().out)

    return evaluated


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_the_last_run(project: Path, run: Callable[..., Done]) -> None:
    done = run()
    assert done.exit_code == 0
    for said in ("50,00", "pindah desa", "baru sekali", "Rentang 95 %", "1 kunci P3KE", "1 kunci BPS"):
        assert said in done.output
    assert "1 baris berkas kebenaran mengulang" in done.output
    # a family key of BPS is a KK number: it stands in the one file that is TERBATAS, never on the screen
    assert KK not in done.output
    folder = project / "hasil/runs/baru/evaluasi"
    assert {path.name for path in folder.iterdir()} == set(command.FILES)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert modes.pop("kesalahan.csv") == 0o600
    assert set(modes.values()) == {0o640}


def test_the_files_hold_what_is_said(project: Path, run: Callable[..., Done]) -> None:
    run("--out", str(project / "di_sini"))
    folder = project / "di_sini"
    total = rows(folder / "jenis.csv")[0]
    assert [total[name] for name in ("tepat", "ditemukan", "sebenarnya", "presisi")] == ["1", "2", "4", "0.5"]
    errors = rows(folder / "kesalahan.csv")
    assert [(one["sebab"], one["kunci_p3ke"], one["kunci_bps"]) for one in errors] == [
        ("salah_tertukar", "p2", "b3"),
        ("terlewat_lain", "p2", "b2"),
        ("terlewat_lain", "p3", "b3"),
        ("terlewat_kunci", "p4", "b4"),
    ]
    assert errors[0]["keterangan"].startswith("Salah: ")
    assert sum(int(one["pasangan"]) for one in rows(folder / "kalibrasi.csv")) == 2
    points = rows(folder / "kurva.csv")
    assert (points[0]["ambang"], points[0]["ditemukan"], points[-1]["ambang"]) == ("0.95", "2", "1")
    assert (folder / "kurva.png").read_bytes().startswith(b"\x89PNG")
    for name in ("jenis.csv", "kurva.csv", "kalibrasi.csv"):
        assert KK not in (folder / name).read_text(encoding="utf-8")


def test_the_same_bytes_again(project: Path, run: Callable[..., Done]) -> None:
    for name in ("satu", "dua"):
        run("--out", str(project / name))
    for name in command.FILES:
        assert (project / "satu" / name).read_bytes() == (project / "dua" / name).read_bytes()


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("score", [None, 0.05, 1.0], ids=["nothing found", "one doubtful", "all sure"])
def test_a_curve_of_one_pair_is_drawn(score: float | None, language: Language) -> None:
    found = pd.DataFrame([] if score is None else [score], columns=["skor"], dtype="float64")
    pairs = found.assign(benar=True, ditemukan=True, status_padan="cocok")
    judged = Judged(pairs, {}, 0)
    figures = with_ratios(pd.DataFrame({"tepat": [0], "ditemukan": [0], "sebenarnya": [0]})).iloc[0]
    assert draw_curve(curve(judged), figures, 0.9, "Uji", language).startswith(b"\x89PNG")


def test_a_named_run_in_english(project: Path, run: Callable[..., Done]) -> None:
    done = run("--run", "lama", language=Language.ENGLISH)
    assert "Result lama." in done.output
    assert "100.00" in done.output
    assert (project / "hasil/runs/lama/evaluasi/kurva.png").is_file()


@pytest.mark.parametrize("name", ["tidak_ada", "..", "../runs/lama", ""])
def test_a_run_that_is_not_there(run: Callable[..., Done], name: str) -> None:
    with pytest.raises(InputError, match="E_EVALUATE_RUN_NAME"):
        run("--run", name)


def test_nothing_published(project: Path, run: Callable[..., Done]) -> None:
    (project / "hasil" / POINTER).unlink()
    with pytest.raises(InputError, match="E_EVALUATE_NO_RUN"):
        run()


@pytest.mark.parametrize("state", ["missing", "older", "no table"])
def test_a_result_that_cannot_be_read(project: Path, run: Callable[..., Done], state: str) -> None:
    path = project / "hasil/runs/baru/rekonsiliasi/keluarga.csv"
    if state == "missing":
        path.unlink()
    else:
        path.write_text("id_rekon;skor\nR1;0.5\n" if state == "older" else "\0\0\0", encoding="utf-8")
    with pytest.raises(InputError, match="E_EVALUATE_TABLE"):
        run()


def test_a_folder_that_cannot_be_written(project: Path, run: Callable[..., Done]) -> None:
    (project / "berkas").write_text("", encoding="utf-8")
    with pytest.raises(PadanError, match="E_EVALUATE_FOLDER"):
        run("--out", str(project / "berkas/di_dalam"))


HEAD = "kunci_p3ke,kunci_bps,jenis\n"
FAULTY = [
    # what is tried, content, faults
    ("a column is missing", "kunci_p3ke,kunci_bps\na,A\n", ["E_TRUTH_COLUMN"]),
    ("no headings", "a,A,sama\n", ["E_TRUTH_COLUMN"] * 3),
    ("a column twice", "kunci_p3ke,kunci_bps,jenis,jenis\na,A,sama,sama\n", ["E_TRUTH_COLUMN"]),
    ("headings only", f"{HEAD}\n", ["E_TRUTH_EMPTY"]),
    ("a field too many", f"{HEAD}a,A,sama\nb,B,sama,x\n", ["E_TRUTH_FIELDS (t.csv, row 3)"]),
    ("no key", f"{HEAD}a, ,sama\n", ["E_TRUTH_NO_VALUE (t.csv, row 2, kunci_bps)"]),
    ("one pair, two kinds", f"{HEAD}a,A,sama\na,A,pindah\n", ["E_TRUTH_TWICE (t.csv, row 3)"]),
    ("names for kinds", HEAD + "".join(f"a{n},A{n},ORANG {n}\n" for n in range(31)), ["E_TRUTH_KINDS"]),
    ("an empty file", "", ["E_EMPTY_FILE"]),
]  # fmt: skip


@pytest.mark.parametrize(("content", "faults"), [case[1:] for case in FAULTY], ids=[c[0] for c in FAULTY])
def test_a_truth_that_cannot_be_used(tmp_path: Path, content: str, faults: list[str]) -> None:
    path = tmp_path / "t.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_truth(path)
    assert len(caught.value.faults) == len(faults)
    assert all(str(fault).startswith(said) for fault, said in zip(caught.value.faults, faults, strict=True))


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfkunci_p3ke,kunci_bps,jenis\r\na,A,sama\r\n",
        b"jenis;KUNCI_BPS;catatan;kunci_p3ke\nsama; A ;x;a\n;;;\n",
        "kunci_p3ke\tkunci_bps\tjenis\n\na\tA\tsama".encode("utf-16"),
    ],
    ids=["as padan sample writes it", "as Excel saves it, columns moved", "tabs, UTF-16, a blank line"],
)
def test_a_truth_as_offices_save_it(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    read = read_truth(path)
    assert read.pairs.to_numpy().tolist() == [["a", "A", "sama"]]
    assert read.repeated == 0


def test_a_truth_of_other_data(project: Path, run: Callable[..., Done]) -> None:
    (project / "benar.csv").write_text(f"kunci_p3ke,kunci_bps,jenis\n{KK},p1,sama\n", encoding="utf-8")
    with pytest.raises(InputError, match="E_TRUTH_FOREIGN") as caught:
        run()
    assert len(caught.value.faults) == 2


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ([], "KEBENARAN wajib disebut"),
        (["tidak_ada.csv"], "E_TRUTH_MISSING"),
        (["data.xlsx"], "E_TRUTH_FORM"),
    ],
)
def test_wrong_use_is_a_sentence(
    project: Path,
    arguments: list[str],
    word: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(project)
    pd.DataFrame({"kunci_p3ke": ["a"]}).to_excel("data.xlsx", engine="openpyxl")
    with pytest.raises(SystemExit) as ended:
        main(["evaluate", *arguments])
    assert ended.value.code == 2
    assert word in capsys.readouterr().err
