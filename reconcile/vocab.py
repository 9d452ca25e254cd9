"""Closed vocabularies. What a user reads of them comes from the catalogue, under the value's name."""

from enum import StrEnum


class Language(StrEnum):
    """Language of everything an office user reads."""

    INDONESIAN = "id"
    ENGLISH = "en"


class Registry(StrEnum):
    """The two registries that are reconciled."""

    P3KE = "p3ke"
    BPS = "bps"


class Content(StrEnum):
    """What one kind of file holds."""

    FAMILIES = "families"
    MEMBERS = "members"
    FIGURES = "figures"
    BRIDGING = "bridging"
    RECODES = "recodes"


class CodeSystem(StrEnum):
    """Who issued a region code; declared per input, never read off the digits."""

    KEMENDAGRI = "kemendagri"
    BPS = "bps"


class CodeStatus(StrEnum):
    """How a written region code was brought to the village key."""

    CURRENT = "berlaku"
    OUTDATED = "kode_lama"
    UNKNOWN = "tidak_dikenal"
    MISSING = "kosong"


class Placement(StrEnum):
    """What placed a household in its village, from the surest to the least sure."""

    COORDINATE_AND_CODE = "koordinat_dan_kode"
    CODE = "kode"
    COORDINATE = "koordinat"
    NAME = "nama"
    NONE = "tidak_terpetakan"


class Position(StrEnum):
    """What a drawn point stands for."""

    MEASURED = "terukur"
    VILLAGE = "wakil_desa"
    NONE = "tanpa_titik"


class MatchStatus(StrEnum):
    """Where a reconciled household is known."""

    MATCHED = "cocok"
    REVIEW = "tinjau"
    ONLY_P3KE = "hanya_p3ke"
    ONLY_BPS = "hanya_bps"


class MatchClass(StrEnum):
    """Share of families found in both registries, percent; fixed breaks, so that months compare."""

    LOWEST = "0-20"
    LOW = "20-40"
    MIDDLE = "40-60"
    HIGH = "60-80"
    HIGHEST = "80-100"
    NO_DATA = "tidak_ada_data"


class Sex(StrEnum):
    """As written on the KK: laki-laki, perempuan."""

    MALE = "L"
    FEMALE = "P"


class Relationship(StrEnum):
    """Relationship to the head of the family, the four kinds that every source can tell."""

    HEAD = "kepala"
    SPOUSE = "pasangan"
    CHILD = "anak"
    OTHER = "lainnya"


class Severity(StrEnum):
    """Kritis, tinggi, sedang, rendah, info."""

    CRITICAL = "K"
    HIGH = "T"
    MEDIUM = "S"
    LOW = "R"
    INFO = "I"


class FileKind(StrEnum):
    """What the content of a delivered file is, whatever its name ends with."""

    CSV = "csv"
    XLSX = "xlsx"
    XLSB = "xlsb"
    XLS = "xls"
    ODS = "ods"
    HTML = "html"
    XML = "xml"


class SkipReason(StrEnum):
    """Why a member of an archive is no table."""

    SYSTEM = "member_system"
    EMPTY = "member_empty"
    FOREIGN = "member_foreign"
    PROSE = "member_prose"


class Decision(StrEnum):
    """What an office decided of a quarantined row or an untrusted value; the words are in the catalogue."""

    TAKE = "ya"
    NO_DATA = "bukan_data"


class Reason(StrEnum):
    """Why a row was set aside or a value left empty; the sentence and the remedy are in the catalogue."""

    FIELD_COUNT = "E_FIELD_COUNT"
    QUOTE = "E_QUOTE"
    NUL = "E_NUL"
    NO_VALUE = "E_NO_VALUE"
    CELL_ERROR = "E_CELL_ERROR"
    FORMULA_NO_VALUE = "E_FORMULA_NO_VALUE"
    NIK_LENGTH = "E_NIK_LEN"
    NIK_SCIENTIFIC = "E_NIK_SCI"
    NIK_PLACEHOLDER = "E_NIK_PLACEHOLDER"
    NIK_ROUNDED = "E_NIK_15DIGIT"
    NIK_MASKED = "E_NIK_MASKED"
    NIK_DATE = "E_NIK_DATE"
    ID_PRECISION = "E_ID_2P53"
    KK = "E_KK"
    KK_SCIENTIFIC = "E_KK_SCI"
    KK_PLACEHOLDER = "E_KK_PLACEHOLDER"
    KK_ROUNDED = "E_KK_15DIGIT"
    KK_MASKED = "E_KK_MASKED"
    DATE = "E_DATE"
    NUMBER = "E_NUMBER"
    NUMBER_AMBIGUOUS = "E_NUM_AMBIG"
    COORDINATE = "E_COORD"
    CODE = "E_CODE"
    VALUE = "E_VALUE"
    # the value is kept: somebody should look at it
    SAID_NIK_NUMERIC = "W_NIK_NUMERIC"
    SAID_ID_ROUNDED = "W_ID_ROUNDED"
    SAID_DATE_AMBIGUOUS = "W_DATE_AMBIGUOUS"
    SAID_DATE_ORDER = "W_DATE_ORDER"
    SAID_DATE_CENTURY = "W_DATE_CENTURY"
    SAID_DMS = "W_DMS"
    SAID_SWAPPED = "W_SWAPPED"

    @property
    def keeps_value(self) -> bool:
        """Return whether the value stands although something is said of it."""
        return self.value.startswith("W_")
