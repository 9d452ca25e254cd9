"""Who may import whom, who may touch the disk, what the wheel holds, which imports are declared."""

import ast
import os
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

from our_code import PACKAGES, ROOT, SOURCES, called, name_of, nodes, parsed

#: A package may import itself and these.
MAY_IMPORT = {"flows": {"reconcile", "geo"}, "geo": {"reconcile"}, "reconcile": set()}

#: The edge modules: nothing else reads or writes a file.
EDGES = {
    "flows/artifacts.py",
    "flows/audit.py",
    "flows/beside.py",
    "flows/boundaries.py",
    "flows/bundle.py",
    "flows/bundle_files.py",
    "flows/bundle_open.py",
    "flows/bundle_seal.py",
    "flows/bundle_tables.py",
    "flows/check.py",
    "flows/cli.py",
    "flows/cluster.py",
    "flows/config.py",
    "flows/csvfile.py",
    "flows/differences.py",
    "flows/disk.py",
    "flows/doctor_machine.py",
    "flows/doctor_office.py",
    "flows/evaluate.py",
    "flows/explain.py",
    "flows/findings_files.py",
    "flows/fingerprint.py",
    "flows/formbook.py",
    "flows/handover.py",
    "flows/history.py",
    "flows/history_command.py",
    "flows/incoming.py",
    "flows/key.py",
    "flows/lock.py",
    "flows/maps.py",
    "flows/memory.py",
    "flows/objection_form.py",
    "flows/office.py",
    "flows/origins.py",
    "flows/orphans.py",
    "flows/outputs.py",
    "flows/parameters.py",
    "flows/phone_forms.py",
    "flows/place.py",
    "flows/prefect_settings.py",
    "flows/processing.py",
    "flows/publish.py",
    "flows/published.py",
    "flows/purge_plan.py",
    "flows/purge_record.py",
    "flows/received.py",
    "flows/regions.py",
    "flows/release.py",
    "flows/report.py",
    "flows/report_book.py",
    "flows/report_files.py",
    "flows/report_page.py",
    "flows/retention.py",
    "flows/rerun.py",
    "flows/returns.py",
    "flows/review.py",
    "flows/review_books.py",
    "flows/review_run.py",
    "flows/review_store.py",
    "flows/runner.py",
    "flows/sample.py",
    "flows/sample_files.py",
    "flows/scan.py",
    "flows/scan_formats.py",
    "flows/scan_open.py",
    "flows/schedule.py",
    "flows/series.py",
    "flows/serve.py",
    "flows/server.py",
    "flows/staging.py",
    "flows/serving.py",
    "flows/verify.py",
    "flows/worklist_files.py",
    "flows/worklists.py",
    "flows/xlsxfile.py",
    "geo/boundaries.py",
    "geo/extras.py",
    "geo/fieldwork.py",
    "geo/geopackage.py",
    "geo/soundness.py",
    "reconcile/resources.py",
    "reconcile/sources/quarantine_files.py",
    "reconcile/sources/readers.py",
    "reconcile/sources/reading",
}

#: Calls of that name that read from memory.
IN_MEMORY = {"reconcile/sources/blocks.py": {"read_csv"}}

#: Calls that reach the disk, by the name that is called.
DISK = {
    "open", "read_text", "read_bytes", "write_text", "write_bytes", "mkdir", "unlink", "rmtree", "iterdir",
    "rglob", "read_csv", "read_parquet", "read_excel", "to_csv", "to_parquet", "to_file", "to_excel",
    "read_dataframe", "write_dataframe", "read_info", "list_layers", "connect",
    "write_csv", "Workbook", "chmod",
}  # fmt: skip


def imports(path: Path) -> Iterator[tuple[str, ast.AST]]:
    """Return every imported module with the node, wherever in the file it stands."""
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node


def test_imports_go_one_way() -> None:
    wrong = []
    for path in SOURCES:
        package = path.relative_to(ROOT).parts[0]
        foreign = set(PACKAGES) - MAY_IMPORT[package] - {package}
        wrong += [(name_of(path), module) for module, _ in imports(path) if module.split(".")[0] in foreign]
    assert wrong == []


def test_only_flows_knows_prefect() -> None:
    known = {
        name_of(path)
        for path in SOURCES
        if "prefect" in {module.split(".")[0] for module, _ in imports(path)}
    }
    assert known <= {
        "flows/pipeline.py",
        "flows/step.py",
        "flows/states.py",
        "flows/artifacts.py",
        "flows/records.py",
        "flows/runner.py",
        "flows/cluster.py",
        "flows/notify.py",
        "flows/schedule.py",
        "flows/server.py",
        "flows/serving.py",
    }


def test_only_edge_modules_touch_the_disk() -> None:
    touched = {}
    for path in SOURCES:
        name = name_of(path)
        if not any(name == edge or name.startswith(f"{edge}/") for edge in EDGES):
            calls = {called(node) for node in nodes(path) if isinstance(node, ast.Call)}
            touched[name] = calls & DISK - IN_MEMORY.get(name, set())
    assert {name: calls for name, calls in touched.items() if calls} == {}


def test_a_deferred_import_says_why() -> None:
    silent = []
    for path in SOURCES:
        lines = path.read_text(encoding="utf-8").splitlines()
        top = set(parsed(path).body)
        for node in parsed(path).body:
            if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
                top.update(node.body)
        for module, node in imports(path):
            if node not in top:
                assert isinstance(node, ast.Import | ast.ImportFrom)
                if not lines[node.lineno - 1].partition("noqa: PLC0415 - ")[2]:
                    silent.append((name_of(path), module))
    assert silent == []


def test_there_is_no_import_cycle() -> None:
    names = {name_of(p)[:-3].replace("/", ".").removesuffix(".__init__"): p for p in SOURCES}
    graph = {name: {m for m, _ in imports(path) if m in names} - {name} for name, path in names.items()}
    while leaves := [name for name, needs in graph.items() if not needs]:
        for name in leaves:
            del graph[name]
        for needs in graph.values():
            needs.difference_update(leaves)
    assert not graph, f"these import each other: {sorted(graph)}"


def test_a_file_of_more_than_400_lines_gives_its_reason() -> None:
    long = [path for path in SOURCES if path.read_text(encoding="utf-8").count("\n") > 400]
    told = {name_of(path): ast.get_docstring(parsed(path)) or "" for path in long}
    assert [name for name, said in told.items() if "400 lines" not in said] == []


def test_public_functions_are_described() -> None:
    silent = []
    for path in SOURCES:
        tree = parsed(path)
        public = [
            node
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
        ]
        silent += [name_of(path)] * (not ast.get_docstring(tree))
        silent += [f"{name_of(path)}:{node.name}" for node in public if not ast.get_docstring(node)]
    assert silent == []


def test_every_direct_import_is_declared_with_a_bound_and_a_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {entry.split(">=")[0].lower().replace("-", "_") for entry in project["dependencies"]}
    renamed = {"yaml": "pyyaml", "msoffcrypto": "msoffcrypto_tool"}
    used = {module.split(".")[0] for path in SOURCES for module, _ in imports(path)}
    foreign = {renamed.get(n, n) for n in used if n not in sys.stdlib_module_names and n not in PACKAGES}
    extra = project["optional-dependencies"]["cluster"]
    optional = {entry.split(">=")[0].replace("-", "_") for entry in extra}
    assert {name.lower() for name in foreign} - optional == declared
    for line in (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines():
        if line.startswith('  "') and ">=" in line:
            assert "#" in line or '", #' in line or (line.endswith('",') and "polars" in line), line


def test_the_lock_is_exact_hashed_and_names_no_host() -> None:
    for lock in ("requirements.lock", "requirements-dev.lock"):
        lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
        assert not any("://" in line or "index-url" in line for line in lines)
        entries = [line for line in lines if line and not line.startswith(" ")]
        assert all("==" in entry and entry.endswith("\\") for entry in entries)


def test_the_wheel_holds_every_package_and_yaml(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, ROOT],
        check=True,
        capture_output=True,
    )
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        held = set(wheel.namelist())
    wanted = {
        name_of(path)
        for package in PACKAGES
        for pattern in ("*.py", "*.yaml", "py.typed")
        for path in (ROOT / package).rglob(pattern)
    }
    assert wanted <= held
    assert all(f"{package}/py.typed" in held for package in PACKAGES)
    # from a folder of wheels, without network, into a place of its own
    office = tmp_path / "kantor"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--target", office]
    subprocess.run([*pip, "--find-links", tmp_path, "padan"], check=True, capture_output=True)
    asked = "import flows; from flows.cli import main; print(flows.__file__); main(['sources'])"
    said = subprocess.run(
        [sys.executable, "-P", "-c", asked],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(office)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert said.startswith(str(office))
    assert "p3ke_families_2022" in said
