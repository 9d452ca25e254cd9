"""The form and the list of a kabupaten as ODK and KoboToolbox take them."""

import shutil
import subprocess
from pathlib import Path

import openpyxl
import pandas as pd
import phone_world
import pytest
from pyxform.validators.odk_validate import ODK_VALIDATE_PATH
from pyxform.xls2xform import convert

from flows.phone_forms import write_odk
from reconcile.vocab import Language

#: Puts the answers to a form with the library that ODK Collect is made of, which ODK Validate brings.
SCRIPT = Path(__file__).parents[2] / "odk/Answered.java"
java = pytest.mark.skipif(not shutil.which("javac"), reason="no Java compiler on this machine")


def write(
    folder: Path, rows: pd.DataFrame | None = None, language: Language = Language.INDONESIAN
) -> list[Path]:
    given = phone_world.rows() if rows is None else rows
    names = {"run": phone_world.RUN, "period": phone_world.PERIOD}
    return write_odk(folder, given, phone_world.villages(), **names, language=language)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write(tmp_path_factory.mktemp("odk"))


@pytest.fixture(scope="module")
def form(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the form as a phone gets it."""
    path = tmp_path_factory.mktemp("xml") / "form.xml"
    path.write_text(convert(files[0]).xform, encoding="utf-8")
    return path


def test_there_is_a_form_and_a_list_that_only_their_owner_reads(files: list[Path]) -> None:
    assert [path.name for path in files] == ["verval_64.02.xlsx", "keluarga.csv"]
    assert [path.stat().st_mode & 0o777 for path in files] == [0o600, 0o600]


@pytest.mark.parametrize("language", list(Language))
def test_pyxform_takes_the_form_without_a_warning(language: Language, tmp_path: Path) -> None:
    made = convert(write(tmp_path, language=language)[0])
    assert made.warnings == []
    assert made.itemsets is None


@java
def test_odk_validate_takes_the_form(files: list[Path]) -> None:
    assert convert(files[0], validate=True).warnings == []


def test_the_same_families_give_the_same_bytes(files: list[Path], tmp_path: Path) -> None:
    again = write(tmp_path)
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in files]


def test_the_list_is_as_odk_reads_it(files: list[Path]) -> None:
    raw = files[1].read_bytes()
    # a mark before the first heading would be part of its name
    assert raw.startswith(b'"name","label","kode_desa",')
    assert b"\r" not in raw
    listed = pd.read_csv(files[1], dtype="str", keep_default_na=False)
    assert list(listed["name"]) == list(phone_world.rows()["id_tugas"])
    assert listed["alamat"].iloc[2] == 'GG. "HIJAU", RAYA'
    # whoever opens it in Excel runs nothing
    assert listed["alamat"].iloc[1].startswith("'=")


def test_no_identity_goes_on_a_phone(files: list[Path]) -> None:
    assert len(phone_world.identities()) == 25
    assert phone_world.found_in(files) == []


def test_only_villages_of_the_kabupaten_are_chosen_from(files: list[Path]) -> None:
    sheet = openpyxl.load_workbook(files[0])["choices"]
    codes = [row[1] for row in sheet.iter_rows(values_only=True) if row[0] == "desa"]
    assert codes == [*phone_world.AREAS, "tanpa_desa"]


def test_families_of_no_kabupaten_have_a_form_too(tmp_path: Path) -> None:
    lost = phone_world.rows().iloc[-1:].assign(kode_kab=None, nama_kab=None)
    book, media = write(tmp_path, lost.astype({"kode_kab": "str", "nama_kab": "str"}))
    assert book.name == "verval_tanpa_kabupaten.xlsx"
    assert convert(book).warnings == []
    assert media.read_text("utf-8").count("\n") == 2


VILLAGE = ("pilih/pilih_kecamatan=64.02.05", "pilih/pilih_desa=64.02.05.2001")
FAMILY = (*VILLAGE, "pilih/pilih_keluarga=TG-CHJKLMNP")
REFUSED = ("kunjungan/hasil=menolak", "kunjungan/petugas=Uji")
FOUND = "kunjungan/hasil=ditemukan"
HERE = "bukti/lokasi=-0.5021 117.1536"
WHOLE = (FOUND, "kunjungan/petugas=Uji", "susunan/jumlah_anggota=2", "kelayakan/masih_miskin=ya")
NEW = (*VILLAGE, "pilih/pilih_isian=baru", *WHOLE)

#: What happens on a phone: its name, the lines of Answered.java, what each line that asks is answered.
ON_A_PHONE = {
    "kecamatan are chosen first": (("pilih/pilih_kecamatan*",), ["64.02.05 64.02.06 tanpa_desa"]),
    "then its villages": ((*VILLAGE, "pilih/pilih_desa*"), ["64.02.05.2001 64.02.05.2002"]),
    "then its families": ((*VILLAGE, "pilih/pilih_keluarga*"), ["TG-BHJKLMNP TG-CHJKLMNP"]),
    "families of no village": (
        (
            "pilih/pilih_kecamatan=tanpa_desa",
            "pilih/pilih_desa=tanpa_desa",
            "pilih/pilih_keluarga*",
            "kode_desa?",
        ),
        ["TG-GHJKLMNP", ""],
    ),
    "the line says which task it answers": (
        (*FAMILY, "id_tugas?", "kode_desa?", "jalan?", "formulir?"),
        ["TG-CHJKLMNP", "64.02.05.2001", phone_world.RUN, "odk"],
    ),
    "the list tells of the family": (
        (*FAMILY, "info_nama?", "info_rt_rw?", "info_jatuh_tempo?"),
        ["B..i / B..i S..o", "RT 002/003 RW 001", "2026-05-15"],
    ),
    "a point becomes two columns": ((FOUND, HERE, "bukti/lintang?", "bukti/bujur?"), ["-0.5021", "117.1536"]),
    "no point, no columns": ((FOUND, "bukti/lintang?", "bukti/bujur?"), ["", ""]),
    "a NIK keeps its zero": (
        (FOUND, "perbaikan/nik_perbaikan=0402050101800099", "perbaikan/nik_perbaikan?"),
        ["0402050101800099"],
    ),
    "questions follow the answers": (
        (
            FOUND,
            "kelayakan/alasan_tidak_layak!",
            "kelayakan/masih_miskin=tidak",
            "kelayakan/alasan_tidak_layak!",
        ),
        ["false", "true"],
    ),
    "what is no longer asked is not sent": (
        (
            *(FOUND, HERE, "kelayakan/masih_miskin=tidak", "kunjungan/hasil=ganda"),
            *("bukti/lintang?", "kelayakan/alasan_tidak_layak!", "kunjungan/ganda_dengan!"),
        ),
        ["", "false", "true"],
    ),
    "fifteen digits are no NIK": ((FOUND, "perbaikan/nik_perbaikan=640205010180009"), ["refused"]),
    "dots are no digits": ((FOUND, "perbaikan/no_kk_perbaikan=6402.0501.0180"), ["refused"]),
    "a family of 31 is a slip": ((FOUND, "susunan/jumlah_anggota=31"), ["refused"]),
    "nothing is sent without a result": ((*FAMILY, "send"), ["/data/kunjungan[1]/hasil[1]"]),
    "a refusal is sent": ((*FAMILY, *REFUSED, "send"), ["ok"]),
    "a family of another village is not sent": (
        (*FAMILY, *REFUSED, "pilih/pilih_desa=64.02.05.2002", "send"),
        ["/data/pilih[1]/pilih_keluarga[1]"],
    ),
    "a family that is on no list has no task": ((*NEW, "id_tugas?", "kunjungan/hasil*"), ["", "ditemukan"]),
    "it needs a name": ((*NEW, "send"), ["/data/perbaikan[1]/nama_perbaikan[1]"]),
    "with a name it is sent": ((*NEW, "perbaikan/nama_perbaikan=BARU", "send"), ["ok"]),
}


@pytest.fixture(scope="module")
def answered(form: Path, files: list[Path]) -> dict[str, list[str]]:
    """Return what a phone says in each case of ON_A_PHONE."""
    lines = [line for name, (given, _) in ON_A_PHONE.items() for line in (f"new {name}", *given)]
    command = ["java", "-cp", ODK_VALIDATE_PATH, SCRIPT, form, files[1].parent, *lines]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    told = [part.splitlines() for part in done.stdout.split("new ")[1:]]
    return {name: [line.partition(" ")[2] for line in said] for name, *said in told}


@java
@pytest.mark.parametrize("name", ON_A_PHONE)
def test_on_a_phone(answered: dict[str, list[str]], name: str) -> None:
    assert answered[name] == ON_A_PHONE[name][1]
