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


class Reason(StrEnum):
    """Why a row was set aside or a value left empty; the sentence and the remedy are in the catalogue."""

    FIELD_COUNT = "E_FIELD_COUNT"
    QUOTE = "E_QUOTE"
    NUL = "E_NUL"
    NO_VALUE = "E_NO_VALUE"
    NIK_LENGTH = "E_NIK_LEN"
    NIK_SCIENTIFIC = "E_NIK_SCI"
    NIK_PLACEHOLDER = "E_NIK_PLACEHOLDER"
    NIK_ROUNDED = "E_NIK_15DIGIT"
    NIK_MASKED = "E_NIK_MASKED"
    NIK_DATE = "E_NIK_DATE"
    KK = "E_KK"
    DATE = "E_DATE"
    NUMBER = "E_NUMBER"
    COORDINATE = "E_COORD"
    CODE = "E_CODE"
    VALUE = "E_VALUE"
