"""`padan report` from a published run: the page, its PDF, its workbook; every number traced.

More than 400 lines: the page, its PDF and its workbook are held against one published run.
"""

import json
import re
import sys
from base64 import b64encode
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pandas as pd
import pytest
import report_world as world
from browser import Tab, needs_browser, opened
from report_history import PREVIOUS, keep
from report_trace import NUMBER, Files, Page

from flows import report, report_page
from flows.audit import read_log
from flows.report_files import change_tables, trend_series
from flows.report_page import figure, render
from reconcile.errors import InputError, PublishError
from reconcile.language import entries
from reconcile.report.desk import Issue
from reconcile.report.model import Bullets, Figure, Grid, Head, Section, Sentence, Title, written
from reconcile.report.official import courses
from reconcile.report.tables import RUN_TABLES
from reconcile.suppression.prove import Proof
from reconcile.vocab import Language

ID = Language.INDONESIAN
FOLDER = f"{world.PERIOD}_{world.RUN}"
FILES = {"laporan.html", "laporan.pdf", "laporan.xlsx", "manifest.json"}


def has_pango() -> bool:
    try:
        import weasyprint  # noqa: F401
    except OSError:
        return False
    return True


needs_pango = pytest.mark.skipif(not has_pango(), reason="needs Pango (libpango-1.0-0, libpangoft2-1.0-0)")
WRITTEN = FILES if has_pango() else FILES - {"laporan.pdf"}
DONE = 0 if has_pango() else 1


def ask(root: Path, monkeypatch: pytest.MonkeyPatch, language: Language = ID, **given: Any) -> int:
    settings = world.settings(root, language)
    monkeypatch.setattr(report, "load_config", lambda _: settings)
    return report.write_report(Path("config.yaml"), language, **{"period": None, "run": None, **given})


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an output folder with a published run and its report."""
    root = tmp_path_factory.mktemp("laporan") / "hasil"
    keep(root, world.made())
    world.published(root)
    with pytest.MonkeyPatch.context() as patch:
        assert ask(root, patch) == DONE
    return root


@pytest.fixture(scope="module")
def made(root: Path) -> Path:
    return root / "laporan" / FOLDER


@pytest.fixture(scope="module")
def text(made: Path) -> str:
    return (made / "laporan.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


# ---- what is written


def test_the_report_is_whole_and_known_to_the_audit_log(root: Path, made: Path) -> None:
    assert {path.name for path in made.iterdir()} == WRITTEN
    assert all(path.stat().st_mode & 0o777 == 0o640 for path in made.iterdir())
    manifest = json.loads((made / "manifest.json").read_text(encoding="utf-8"))
    for name, digest in manifest["berkas"].items():
        assert sha256((made / name).read_bytes()).hexdigest() == digest
    assert manifest["kelas"] == "PUBLIK"
    log = read_log(root)
    assert log is not None
    assert not log.faults
    assert log.entries[-1].event == "laporan"


def test_the_same_run_gives_the_same_bytes_and_what_lies_there_stays(
    root: Path, made: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path.name: path.read_bytes() for path in made.iterdir()}
    events = len(read_log(root).entries)  # type: ignore[union-attr]
    assert ask(root, monkeypatch) == DONE
    assert "sudah sama" in capsys.readouterr().out
    assert len(read_log(root).entries) == events  # type: ignore[union-attr]
    assert {path.name: path.read_bytes() for path in made.iterdir()} == before


@pytest.mark.parametrize(
    ("given", "code"),
    [({"run": "2020-01-01-x"}, "E_REPORT_RUN"), ({"period": "2025-TW1"}, "E_REPORT_RUN"),
     ({"run": world.RUN, "period": "2025-TW1"}, "E_REPORT_PERIOD")],
)  # fmt: skip
def test_a_run_that_there_is_not_is_refused(
    root: Path, monkeypatch: pytest.MonkeyPatch, given: dict[str, str], code: str
) -> None:
    with pytest.raises(InputError) as error:
        ask(root, monkeypatch, **given)
    assert error.value.faults[0].code == code


def test_a_broken_table_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = world.published(tmp_path / "hasil")
    (run / "verval/kemajuan.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    with pytest.raises(InputError) as error:
        ask(tmp_path / "hasil", monkeypatch)
    assert [fault.file for fault in error.value.faults] == [f"{world.RUN}/verval/kemajuan.csv"]


def test_without_pango_page_and_workbook_are_written_and_the_reason_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class NoLibrary:
        def __getattr__(self, name: str) -> Any:
            message = "cannot load library libpango"
            raise OSError(message)

    few = [one.name for one in RUN_TABLES if one.name != "indikator"]
    world.published(tmp_path / "hasil", without=tuple(few))
    monkeypatch.setitem(sys.modules, "weasyprint", NoLibrary())
    assert ask(tmp_path / "hasil", monkeypatch) == 1
    written_files = {path.name for path in (tmp_path / "hasil/laporan" / FOLDER).iterdir()}
    assert written_files == FILES - {"laporan.pdf"}
    assert "libpango-1.0-0" in capsys.readouterr().out


# ---- every number has a source, and is what the source says


@pytest.fixture(scope="module")
def files(root: Path) -> Files:
    made = world.made()
    expected = made.manifest["matching"]["expected"]
    flat = {f"matching.expected.{name}": value for name, value in expected.items()}
    flat |= {"boundaries.villages": 32, "boundaries.without_polygon": 0}
    day = pd.Timestamp(world.DAY).date()
    tables = {
        one.name: made.tables[one.name].astype(dict.fromkeys(one.numbers, "float64")) for one in RUN_TABLES
    }
    issue = Issue(world.PERIOD, world.RUN, world.DAY, 5, ID, PREVIOUS)
    reckoned = courses({**tables, "seri": trend_series(root, day)}, day, ID) | change_tables(root, issue)
    further = {
        "manifes": [{"jalur": name, "nilai": str(value)} for name, value in flat.items()],
        "masukan": [{} for _ in made.manifest["inputs"]],
        "setelan": [{"nama": "small_cells", "nilai": "5"}],
        **{name: _written(table) for name, table in reckoned.items()},
    }
    return Files(root / "runs" / world.RUN, further)


def _written(table: pd.DataFrame) -> list[dict[str, str]]:
    """Return the rows of a table as a file would hold them."""
    rows = table.astype("object").to_dict("records")
    return [{str(k): "" if pd.isna(v) else str(v) for k, v in row.items()} for row in rows]


def test_every_number_is_what_its_source_says(page: Page, files: Files) -> None:
    assert len(page.figures) > 300
    shown = [one for one in page.figures if one[1] is not None]
    for source, value, said in shown:
        told = files.reckon(source)
        assert told is not None, source
        assert float(str(value)) == pytest.approx(told, rel=1e-9), source
        digits = len(said.partition(",")[2])
        assert said == written(told, digits, ID), source


def test_what_is_kept_back_has_no_value_anywhere(page: Page, text: str) -> None:
    kept = [source for source, value, said in page.figures if value is None and said == "✱"]
    assert kept
    for source in kept:
        assert not re.search(rf'<data value="[^"]*" data-sumber="{re.escape(source)}">', text), source


def test_no_number_stands_without_a_source(page: Page, files: Files) -> None:
    own = [entry["id"] for key, entry in entries().items() if key.startswith("report_")]
    literal = {n for words in own for n in NUMBER.findall(words)}
    assert {n for line in page.bare for n in NUMBER.findall(line)} <= literal
    rows = [value for table in files.tables.values() for row in table for value in row.values()]
    numeric = {one.name: set(one.numbers) for one in RUN_TABLES}
    words = [
        value
        for name, table in files.tables.items()
        for row in table
        for column, value in row.items()
        if column not in numeric.get(name, set())
    ]
    assert rows
    rules = [e["id"] for key, e in entries().items() if key.startswith(("rule_", "report_"))]
    told = (world.RUN, world.DAY, world.PERIOD, "keluarga.csv", "ab" * 32, "2022", "0.1.0")
    known = " ".join((*words, *rules, *told))
    years = {str(year) for year in range(2015, 2060)} | {str(n) for n in range(15)}
    legend = {f"{n}" for n in range(0, 101, 10)} | {"5"}
    strange = (
        {n.rstrip(".,") for line in page.said for n in NUMBER.findall(line)}
        - years
        - legend
        - {n.rstrip(".,") for n in NUMBER.findall(known)}
    )
    assert not strange


def blank(*blocks: Any) -> str:
    issue = Issue(world.PERIOD, world.RUN, world.DAY, 5, ID)
    view = report_page.MapView(None, [], [])
    return render(issue, [Section("kendali", "Judul", blocks)], view, paper=False)


def test_a_number_without_source_never_reaches_the_page() -> None:
    assert "1.234" in blank(Grid("a", "b", [Head("c"), Head("e")], [["d", Figure("t:c:", 1234.0)]]))
    with pytest.raises(TypeError, match="without source"):
        blank(Sentence("report_cause_jawaban", {"count": "1.234"}))
    told = report_page._environment
    with pytest.raises(TypeError, match="without source"):
        told(ID).from_string("{{ n }}").render(n=12)
    assert told(ID).from_string("{{ n }}").render(n="12") == "12"
    # what a template holds itself is caught by reading the page
    assert Page(blank(Title("ada 1.234 keluarga"))).bare == ["ada 1.234 keluarga"]


def test_the_map_tells_what_the_tables_say(page: Page, root: Path, files: Files) -> None:
    assert [theme["kunci"] for theme in page.json["tema"]] == [
        "cocok",
        "desil1",
        "kunjungan",
        "tanpa_bantuan",
    ]
    checked = 0
    for theme in page.json["tema"]:
        for level, areas in page.json["tingkat"].items():
            for code, (part, whole, kind) in zip(areas["kode"], theme["nilai"][level], strict=True):
                if part is None:
                    assert kind == "rahasia"
                    continue
                told = [
                    files.reckon(_source(theme["sumber"][side], level, code)) for side in ("bagian", "dari")
                ]
                assert [part, whole] == told
                checked += 1
    assert checked > 100


def _source(one: dict[str, Any], level: str, code: str) -> str:
    columns = ("tingkat_wilayah", "kode_wilayah") if one["tabel"] == "ringkasan" else ("tingkat", "kode")
    keys = {**one["saring"], columns[0]: level, columns[1]: code}
    said = ";".join(f"{name}={value}" for name, value in keys.items())
    add = " + ".join(f"{one['tabel']}:{column}:{said}" for column in one["tambah"])
    return add + "".join(f" - {one['tabel']}:{column}:{said}" for column in one["kurang"])


def test_text_of_a_table_cannot_become_markup() -> None:
    hostile = "<script>alert(1)</script>"
    written_page = blank(
        Grid("a", hostile, [Head(hostile), Head(hostile)], [[hostile, hostile]]),
        Bullets([Sentence("report_note_said", {"said": hostile})]),
    )
    assert hostile not in written_page
    assert figure(Figure('"><b>', 1.0), ID).count("<") == 2


# ---- the page as a browser sees it


def test_the_page_holds_all_that_it_needs_and_forbids_the_rest(text: str) -> None:
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)
    assert policy
    assert policy[1].startswith("default-src 'none';")
    for tag, source in (("style", "style-src"), ("script", "script-src")):
        content = re.search(rf"<{tag}>(.*?)</{tag}>", text, flags=re.DOTALL)
        assert content
        digest = b64encode(sha256(content[1].encode()).digest()).decode()
        assert f"{source} 'sha256-{digest}'" in policy[1]
    assert not re.search(r'\b(?:src|href)="(?!#)[^"]', text)
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text)
    assert not re.search(r'\sstyle="|\son\w+="', text)


def test_the_script_is_small_and_writes_no_markup() -> None:
    script = report_page._asset("map.js")
    assert len(script.splitlines()) < 300
    unsafe = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|fetch\("
    assert not re.search(unsafe, script)


def test_headings_are_in_order_and_tables_have_scopes(text: str) -> None:
    levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", text)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert '<html lang="id">' in text
    assert text.count("<th ") == len(re.findall(r'<th scope="(?:col|row)"', text))
    assert text.count("<caption>") == text.count("<table ")


@pytest.fixture(scope="module")
def tab(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    with opened(tmp_path_factory.mktemp("profil")) as tab:
        tab.size(1366, 768)
        tab.open(made / "laporan.html")
        yield tab


def reading(tab: Tab) -> str:
    return str(tab.run("document.getElementById('peta-baca').textContent"))


@needs_browser
@pytest.mark.browser
def test_the_map_is_read_by_pointer_and_keys_without_a_request(tab: Tab, made: Path) -> None:
    tab.run("document.querySelector('input[value=desa]').click()")
    tab.run("document.querySelector('input[value=desil1]').click()")
    assert tab.run("document.querySelector('g[data-tingkat=kabupaten]').hasAttribute('hidden')")
    assert "Desa/kelurahan" in tab.run("document.getElementById('peta-judul').textContent")
    tab.run("document.getElementById('peta-judul').scrollIntoView({behavior: 'instant'})")
    spot = (
        "(() => { const b = document.querySelectorAll('g[data-tingkat=desa] use')[9].getBoundingClientRect();"
    )
    x, y = tab.run(f"{spot} return [b.x + b.width / 2, b.y + b.height / 2]; }})()")
    tab.move(x, y)
    assert reading(tab).startswith("Desa 1-1-1 (Kec. 64.02.01): ")
    tab.run("document.getElementById('peta-gambar').focus()")
    tab.press("ArrowRight")
    assert reading(tab).startswith("Desa 2-1-")
    view = "document.getElementById('peta-gambar').getAttribute('viewBox')"
    whole = tab.run(view)
    tab.press("Enter")
    assert tab.run(view) != whole
    tab.press("Escape")
    assert tab.run(view) == whole
    assert tab.troubles == []
    assert tab.requests == [(made / "laporan.html").as_uri()]


@needs_browser
@pytest.mark.browser
def test_the_page_fits_a_telephone_and_prints(tab: Tab) -> None:
    tab.size(390, 844)
    assert tab.run("document.documentElement.scrollWidth") <= 390
    assert tab.printed().startswith(b"%PDF")
    assert tab.troubles == []


@needs_browser
@pytest.mark.browser
def test_every_text_stands_out_from_its_ground(tab: Tab) -> None:
    assert tab.run(_CONTRAST) == []


#: Texts whose contrast to what lies behind them is below 4.5 to 1 (WCAG 2.2, 1.4.3).
_CONTRAST = """(() => {
  const part = c => { c /= 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
  const light = rgb => 0.2126 * part(rgb[0]) + 0.7152 * part(rgb[1]) + 0.0722 * part(rgb[2]);
  const read = text => text.match(/[\\d.]+/g).map(Number);
  const ground = node => {
    for (let one = node; one; one = one.parentElement) {
      const colour = read(getComputedStyle(one).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) { return colour; }
    }
    return [255, 255, 255];
  };
  const bad = new Set();
  document.querySelectorAll('body *:not(svg *):not(script)').forEach(node => {
    if (!Array.from(node.childNodes).some(child => child.nodeType === 3 && child.data.trim())) { return; }
    const [a, b] = [light(read(getComputedStyle(node).color)), light(ground(node))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) { bad.add(node.tagName + '.' + node.className); }
  });
  return Array.from(bad);
})()"""


# ---- paper and workbook


@needs_pango
def test_the_pdf_has_pages_a_title_and_no_clock(made: Path) -> None:
    pdf = (made / "laporan.pdf").read_bytes()
    assert pdf.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) != 1
    assert b"/CreationDate" not in pdf


def test_the_workbook_holds_the_tables_with_true_numbers(made: Path, page: Page) -> None:
    book = openpyxl.load_workbook(made / "laporan.xlsx")
    sheet = book["rekonsiliasi"]
    heads = [cell.value for cell in sheet[4]]
    assert heads[:3] == ["Kabupaten/kota", "Keluarga", "Di kedua daftar"]
    assert sheet.freeze_panes == "B5"
    last = {head: cell.value for head, cell in zip(heads, sheet[9 + 1], strict=True)}
    assert last["Kabupaten/kota"] == "Provinsi"
    assert last["Keluarga"] == 6229
    cells = [cell.value for one in book for row in one.iter_rows() for cell in row]
    assert "✱" in cells
    small = [
        cell.value
        for one in (book["rekonsiliasi"], book["peta_cocok"], book["lapangan"])
        for row in one.iter_rows(min_row=5)
        for cell in row
        if isinstance(cell.value, int) and 0 < cell.value < 5
    ]
    assert small == []


def test_settings_hold_the_keys_that_the_report_reads() -> None:
    assert isinstance(world.settings(Path("x")), SimpleNamespace)
    assert world.settings(Path("x")).report.small_cells == 5


def test_the_manifest_tells_the_proof_of_small_cells(made: Path) -> None:
    told = json.loads((made / "manifest.json").read_text(encoding="utf-8"))
    proof = told["bukti_sel"]
    assert proof["rentang_tersempit"] >= told["sel_kecil"]
    assert 0 < proof["disembunyikan"] < proof["sel"]
    assert all(source.startswith("indikator:") for source in told["disembunyikan"])


def test_a_report_that_cannot_be_proven_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.published(tmp_path)
    weak = SimpleNamespace(proof=Proof(10, 2, 1, 3, ("sel",)), sections=[], themes=[])
    monkeypatch.setattr(report, "protect", lambda *_: weak)
    with pytest.raises(PublishError) as caught:
        ask(tmp_path, monkeypatch)
    assert [fault.code for fault in caught.value.faults] == ["E_REPORT_CELLS"]
    assert not list((tmp_path / "laporan").glob("*"))
