"""config.yaml: everything that varies per run, checked as a whole before any row is read."""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError
from rapidfuzz import process

from flows.key import KeySettings, written_keys
from flows.processing_settings import ProcessingSettings
from flows.retention import RetentionSettings
from flows.schedule_settings import ScheduleSettings
from geo.crs import is_crs
from geo.schemas import schemas
from geo.seams import TOLERANCE_M
from geo.villages import SNAP_M
from reconcile.bundle.settings import Recipients
from reconcile.discrepancies.engine import FindingSettings
from reconcile.errors import ConfigError, Fault
from reconcile.executor import ClusterSettings
from reconcile.linkage.households import MatchingSettings
from reconcile.office.settings import OfficeSettings
from reconcile.programs.settings import Programs
from reconcile.reports.settings import ReportSettings
from reconcile.resurvey.settings import ResurveySettings
from reconcile.review.settings import ReviewSettings
from reconcile.sources.spec import OPTIONAL_LISTS, PEOPLE, load_source, source_names
from reconcile.vocab import CodeSystem, Content, Language

#: Kinds of pydantic errors that have a sentence of their own in the catalogue, behind E_CONFIG_.
EXPECTED = frozenset(
    {
        "not_known",
        "rules_not_known",
        "thresholds",
        "weights",
        "enum",
        "greater_than",
        "greater_than_equal",
        "less_than_equal",
        "too_short",
        "string_too_short",
        "string_pattern_mismatch",
        "criteria_syntax",
        "criteria_size",
        "criteria_column",
        "criteria_type",
        "criteria_value",
        "criteria_unit",
        "programs_twice",
        "cluster_address",
        "cron",
        "cron_or_interval",
        "deployments_twice",
        "recipient_area",
        "recipient_class",
        "recipient_linked",
        "recipient_sealed",
        "recipients_twice",
    }
    | {"date_from_datetime_parsing", "date_type", "float_parsing", "float_type", "int_parsing", "int_type"}
)


#: So many names are all told, of more only the nearest.
FEW = 5

#: What a sentence may say of an error besides the key: limits and known names, never what was written.
SAID = frozenset({"gt", "ge", "le", "expected", "nearest", "rules", "total", "at", "most", "column", "kind"})


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _known(value: str, names: tuple[str, ...]) -> str:
    if value not in names:
        raise PydanticCustomError("not_known", "{nearest}", {"nearest": _nearest(value, names)})
    return value


def _nearest(value: str, names: Iterable[str]) -> str:
    known = tuple(names)
    most = len(known) if len(known) <= FEW else 3
    return ", ".join(str(name) for name, *_ in process.extract(value, known, limit=most))


def _holds(entry: "InputConfig", *contents: Content) -> None:
    """Refuse an entry whose source holds something else than its place in the file asks for."""
    if load_source(entry.source).content not in contents:
        fitting = ", ".join(name for name in source_names() if load_source(name).content in contents)
        raise PydanticCustomError("not_known", "{nearest}", {"nearest": fitting})


class InputConfig(_Settings):
    """One delivery: which source it is, where its files lie, how old it is.

    ``password_variable`` names the environment variable that holds the password of its files; ``inside``
    chooses among the members of an archive by name. ``rows`` is how many records the minutes of delivery
    (BAST) state for each of its files.
    """

    source: str
    path: str
    vintage: str = Field(coerce_numbers_to_str=True)
    code_system: CodeSystem | None = None
    password_variable: str | None = None
    inside: str = "*"
    rows: int | None = Field(default=None, ge=0)

    @field_validator("source")
    @classmethod
    def _source(cls, value: str) -> str:
        return _known(value, source_names())


class RegionsConfig(_Settings):
    """The reference lists of region codes."""

    bridging: InputConfig
    recodes: InputConfig
    lists: tuple[InputConfig, ...] = ()

    @field_validator("bridging", "recodes")
    @classmethod
    def _content(cls, value: InputConfig, info: ValidationInfo) -> InputConfig:
        _holds(value, Content(str(info.field_name)))
        return value

    @field_validator("lists")
    @classmethod
    def _lists(cls, value: tuple[InputConfig, ...]) -> tuple[InputConfig, ...]:
        for entry in value:
            _holds(entry, Content.REGIONS)
        return value


class BoundaryConfig(_Settings):
    """The village polygons, their columns and their vintage."""

    path: str
    format: str
    vintage: str = Field(coerce_numbers_to_str=True)
    publisher: str
    layer: str | None = None
    crs: str | None = None
    tolerance_m: float = Field(default=TOLERANCE_M, ge=0, le=100)
    snap_m: float = Field(default=SNAP_M, ge=0, le=1000)

    @field_validator("format")
    @classmethod
    def _format(cls, value: str) -> str:
        return _known(value, tuple(schemas()))

    @field_validator("crs")
    @classmethod
    def _crs(cls, value: str | None) -> str | None:
        if value is not None and not is_crs(value):
            raise PydanticCustomError("not_known", "{nearest}", {"nearest": "EPSG:4326, EPSG:32650"})
        return value


class ResurveyConfig(ResurveySettings):
    """The re-survey: whom to visit, and where `padan returns read` keeps what came back.

    ``contact`` is whom a village may ask, name and telephone number; it stands in every list.
    """

    answers: str = "data/raw/verval/jawaban.csv"
    contact: str = Field(default="", max_length=120)


class ReviewConfig(ReviewSettings):
    """The clerical review of doubtful pairs, and where `padan review` keeps what was decided."""

    decisions: str = "data/raw/tinjauan/keputusan.csv"


class PipelineConfig(_Settings):
    """The whole of config.yaml; ``folder`` is where it lies and what its paths are relative to."""

    folder: Path
    language: Language = Language.INDONESIAN
    reference_date: date
    output: str = Field(min_length=1)
    regions: RegionsConfig
    boundaries: BoundaryConfig
    inputs: tuple[InputConfig, ...] = Field(min_length=1)
    figures: tuple[InputConfig, ...] = ()
    decisions: tuple[InputConfig, ...] = ()
    references: tuple[InputConfig, ...] = ()
    corrections: str = "data/raw/perbaikan/*.xlsx"
    matching: MatchingSettings = MatchingSettings()
    findings: FindingSettings = FindingSettings()
    resurvey: ResurveyConfig = ResurveyConfig()
    review: ReviewConfig = ReviewConfig()
    report: ReportSettings = ReportSettings()
    objections: str = "data/raw/sanggah/*.*"
    office: OfficeSettings = OfficeSettings()
    programs: Programs = ()
    schedule: ScheduleSettings = ScheduleSettings()
    retention: RetentionSettings = RetentionSettings()
    processing: ProcessingSettings = ProcessingSettings()
    cluster: ClusterSettings = ClusterSettings()
    key: KeySettings = KeySettings()
    recipients: Recipients = ()

    @field_validator("inputs", "figures", "decisions")
    @classmethod
    def _content(cls, value: tuple[InputConfig, ...], info: ValidationInfo) -> tuple[InputConfig, ...]:
        for entry in value:
            _holds(entry, *(PEOPLE if info.field_name == "inputs" else (Content(str(info.field_name)),)))
        return value

    @field_validator("references")
    @classmethod
    def _references(cls, value: tuple[InputConfig, ...]) -> tuple[InputConfig, ...]:
        for entry in value:
            _holds(entry, *OPTIONAL_LISTS)
        return value

    @property
    def output_root(self) -> Path:
        """Return the folder that runs are published in."""
        return self.folder / self.output

    def all_inputs(self) -> tuple[InputConfig, ...]:
        """Return every declared delivery, reference lists first."""
        lists = (self.regions.bridging, self.regions.recodes, *self.regions.lists)
        return (*lists, *self.figures, *self.decisions, *self.references, *self._stored(), *self.inputs)

    def _stored(self) -> Iterator[InputConfig]:
        """Return the deliveries that have a place of their own, where there are any yet."""
        stored = (
            ("visit_returns", self.resurvey.answers),
            ("pair_decisions", self.review.decisions),
            ("objections", self.objections),
            ("program_plans", self.office.files),
            ("audit_follow_ups", self.office.files),
        )
        # a configuration without people, as checks of reference data read it, has none of these either
        for source, path in stored if self.inputs else ():
            if self.files(path):
                yield InputConfig(source=source, path=path, vintage=str(self.reference_date.year))

    def files(self, pattern: str) -> list[Path]:
        """Return the files of a path or pattern, sorted by name; hidden and lock files are no deliveries."""
        return _found(self.folder, pattern)

    def label(self, path: Path) -> str:
        """Return how a file is named in every output: relative to the project folder where it lies in it."""
        return path.relative_to(self.folder).as_posix() if path.is_relative_to(self.folder) else path.name


def load_config(path: Path) -> PipelineConfig:
    """Return the checked configuration; ConfigError with every fault of the file, each with its line."""
    tree = _tree(path)
    written = path.read_text(encoding="utf-8-sig")
    faults = [*_doubled(path.name, tree), *_without_file(path, tree), *written_keys(path.name, written)]
    try:
        values = yaml.safe_load(written)
        config = PipelineConfig.model_validate({**values, "folder": path.resolve().parent})
    except ValidationError as error:
        raise ConfigError([*(_fault(path.name, tree, found) for found in error.errors()), *faults]) from None
    except ValueError:
        # YAML reads a date such as 2026-13-45 as one, and Python refuses it
        raise ConfigError([Fault.of("E_CONFIG_DATE", file=path.name), *faults]) from None
    if len(config.files(config.boundaries.path)) > 1:
        line = _line(tree, ("boundaries", "path"))
        faults.append(Fault.of("E_BOUNDARY_SEVERAL", file=path.name, row=line, key="boundaries.path"))
    if faults:
        raise ConfigError(faults)
    return config


def _tree(path: Path) -> yaml.MappingNode:
    """Return the file as nodes that know their lines."""
    if not path.is_file():
        raise ConfigError([Fault.of("E_CONFIG_FILE", file=str(path))])
    try:
        tree = yaml.compose(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise ConfigError([Fault.of("E_CONFIG_ENCODING", file=path.name)]) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise ConfigError(
            [Fault.of("E_CONFIG_YAML", file=path.name, row=mark.line + 1 if mark else 0)]
        ) from None
    if tree is None:
        raise ConfigError([Fault.of("E_CONFIG_EMPTY", file=path.name)])
    if not isinstance(tree, yaml.MappingNode):
        raise ConfigError([Fault.of("E_CONFIG_YAML", file=path.name)])
    return tree


def _pairs(node: yaml.Node) -> Iterator[tuple[yaml.MappingNode, yaml.Node, yaml.Node]]:
    """Return every key of the file with its value and the mapping that it stands in."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield node, key, value
            yield from _pairs(value)
    elif isinstance(node, yaml.SequenceNode):
        for entry in node.value:
            yield from _pairs(entry)


def _doubled(name: str, tree: yaml.Node) -> list[Fault]:
    """Return a fault for each key that stands twice: YAML would let the last one win."""
    seen: set[tuple[int, str]] = set()
    faults = []
    for mapping, key, _ in _pairs(tree):
        place = id(mapping), str(key.value)
        if place in seen:
            faults.append(Fault.of("E_CONFIG_TWICE", file=name, row=key.start_mark.line + 1, key=key.value))
        seen.add(place)
    return faults


def _without_file(path: Path, tree: yaml.Node) -> list[Fault]:
    """Return a fault for each ``path`` of the file that no delivery lies at, or that is no pattern at all."""
    faults = []
    for _, key, value in _pairs(tree):
        if key.value != "path" or not isinstance(value, yaml.ScalarNode):
            continue
        try:
            found = _found(path.resolve().parent, value.value)
        except (ValueError, NotImplementedError, IndexError):
            found = []
        if not found:
            line = value.start_mark.line + 1
            faults.append(Fault.of("E_FILE_MISSING", file=path.name, row=line, column=value.value))
    return faults


def _found(folder: Path, pattern: str) -> list[Path]:
    """Return the files of a path or pattern, sorted by name; hidden and lock files are no deliveries."""
    base = Path(Path(pattern).anchor) if Path(pattern).is_absolute() else folder
    inside = str(Path(pattern).relative_to(base)) if Path(pattern).is_absolute() else pattern
    return sorted(p for p in base.glob(inside) if p.is_file() and not p.name.startswith((".", "~$")))


def _fault(name: str, tree: yaml.Node, found: Any) -> Fault:
    """Return a pydantic error as a fault: where it stands and what was expected."""
    place: tuple[str | int, ...] = found["loc"]
    key = ".".join(str(part) for part in place)
    line = _line(tree, place)
    if found["type"] == "extra_forbidden":
        known = _siblings(place)
        near = _nearest(str(place[-1]), known)
        return Fault.of("E_CONFIG_UNKNOWN_KEY", file=name, row=line, key=key, nearest=near)
    if found["type"] == "missing":
        return Fault.of("E_CONFIG_MISSING", file=name, row=line, key=key)
    # a literal is a choice as an enum is
    kind = "enum" if found["type"] == "literal_error" else found["type"]
    kind = kind if kind in EXPECTED else "other"
    # pydantic joins what it expected with an English word
    limits = {k: str(v).replace(" or ", ", ") for k, v in found.get("ctx", {}).items() if k in SAID}
    return Fault.of(f"E_CONFIG_{kind.upper()}", file=name, row=line, key=key, **limits)


def _siblings(place: tuple[str | int, ...]) -> list[str]:
    model: Any = PipelineConfig
    for part in place[:-1]:
        if isinstance(part, str) and part in model.model_fields:
            model = _model_of(model.model_fields[part].annotation)
    return [name for name in model.model_fields if name != "folder"]


def _model_of(annotation: Any) -> Any:
    """Return the model inside an annotation such as ``tuple[InputConfig, ...]``."""
    if hasattr(annotation, "model_fields"):
        return annotation
    return next((arg for arg in annotation.__args__ if hasattr(arg, "model_fields")), _Settings)


def _line(tree: yaml.Node, place: tuple[str | int, ...]) -> int:
    """Return the line of the deepest part of ``place`` that stands in the file, counted from 1."""
    node, line = tree, 0
    for part in place:
        if isinstance(node, yaml.MappingNode):
            hit = next(((k, v) for k, v in node.value if k.value == part), None)
            if hit is None:
                break
            line, node = hit[0].start_mark.line + 1, hit[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
    return line
