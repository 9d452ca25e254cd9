"""Closed vocabularies. What a user reads of them comes from the catalogue, under the value's name.

More than 400 lines, because one list of all of them is what a reader looks for.
"""

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
    REGIONS = "regions"
    DECISIONS = "decisions"
    DEATHS = "deaths"
    MOVES = "moves"
    SERVANTS = "servants"
    EXCLUSIONS = "exclusions"
    EXITS = "exits"
    RECIPIENTS = "recipients"
    DECREES = "decrees"
    REPORTS = "reports"
    RETURNS = "returns"
    OBJECTIONS = "objections"
    PLANS = "plans"
    FOLLOW_UPS = "follow_ups"
    CASE_STEPS = "case_steps"
    COUNTS = "counts"


class CodeSystem(StrEnum):
    """Who issued a region code; declared per input, never read off the digits."""

    KEMENDAGRI = "kemendagri"
    BPS = "bps"


class CodeStatus(StrEnum):
    """How a written region code was brought to the village key."""

    CURRENT = "berlaku"
    OUTDATED = "kode_lama"
    AMBIGUOUS = "bercabang"
    UNKNOWN = "tidak_dikenal"
    MISSING = "kosong"


class BridgeStatus(StrEnum):
    """What kind of pair a BPS and a Kemendagri code of a village are."""

    DIRECT = "langsung"
    OUTDATED = "kode_lama"
    CANDIDATE = "kandidat"
    MANY_BPS = "beberapa_bps"
    MANY_KEMENDAGRI = "beberapa_kemendagri"
    MANY = "banyak_ke_banyak"
    ONLY_KEMENDAGRI = "tanpa_bps"
    ONLY_BPS = "tanpa_kemendagri"


class NameMatch(StrEnum):
    """How a written village name led to its village, from the surest to the least sure."""

    SAME = "sama"
    KABUPATEN = "unik_di_kabupaten"
    VARIANT = "ejaan_lain"
    LEFT_OVER = "sisa_di_kecamatan"


class Placement(StrEnum):
    """What placed a household in its village, from the surest to the least sure."""

    COORDINATE_AND_CODE = "koordinat_dan_kode"
    CODE = "kode"
    COORDINATE = "koordinat"
    NAME = "nama"
    NONE = "tidak_terpetakan"


class PointReading(StrEnum):
    """How a written coordinate was read."""

    AS_GIVEN = "asli"
    SWAPPED = "ditukar"
    LONGITUDE_TURNED = "tanda_bujur_dibalik"
    LATITUDE_TURNED = "tanda_lintang_dibalik"
    OUTSIDE = "luar_provinsi"
    HALF = "tidak_lengkap"
    ZERO = "nol"
    MISSING = "kosong"

    @property
    def turned(self) -> bool:
        """Return whether the coordinate was read otherwise than it is written."""
        return self in {self.SWAPPED, self.LONGITUDE_TURNED, self.LATITUDE_TURNED}


class PointFall(StrEnum):
    """Where a usable coordinate falls among the village polygons."""

    INSIDE = "di_dalam"
    BORDER = "di_garis_batas"
    OVERLAP = "di_tumpang_tindih"
    SNAPPED = "didekatkan"
    NOWHERE = "di_luar_poligon"


class Agreement(StrEnum):
    """Whether coordinate, code and names of a household lead to one village."""

    ALL = "sepakat"
    ALONE = "satu_bukti"
    POINT_DIFFERS = "titik_lain"
    NAME_DIFFERS = "nama_lain"
    CODE_DIFFERS = "kode_lain"
    EACH_DIFFERS = "semua_berbeda"
    NOTHING = "tanpa_bukti"


class Certainty(StrEnum):
    """How sure the village of a household is."""

    HIGH = "tinggi"
    MEDIUM = "sedang"
    LOW = "rendah"
    NONE = "tidak_ada"


class Unplaced(StrEnum):
    """Why a household could not be placed; several may apply."""

    POINT_MISSING = "titik_kosong"
    POINT_HALF = "titik_tidak_lengkap"
    POINT_OUTSIDE = "titik_luar_provinsi"
    POINT_FAR = "titik_jauh_dari_desa"
    CODE_MISSING = "kode_kosong"
    CODE_UNKNOWN = "kode_tidak_dikenal"
    CODE_AMBIGUOUS = "kode_bercabang"
    NAME_MISSING = "nama_kosong"
    NAME_UNKNOWN = "nama_tidak_dikenal"


class Position(StrEnum):
    """What a drawn point stands for."""

    MEASURED = "terukur"
    VILLAGE = "wakil_desa"
    NONE = "tanpa_titik"


class MatchStatus(StrEnum):
    """Where a reconciled household is known."""

    MATCHED = "cocok"
    REVIEW = "tinjau"
    PART = "bagian"
    ONLY_P3KE = "hanya_p3ke"
    ONLY_BPS = "hanya_bps"


class FamilyPart(StrEnum):
    """How a row without partner belongs to a matched family: its people stand there already."""

    SPLIT = "pecahan"
    MERGED = "gabungan"
    COPY = "ganda"


class PairDecision(StrEnum):
    """What people decided of a pair of rows."""

    SAME = "sama"
    OTHER = "beda"
    UNSURE = "ragu"


class ShareClass(StrEnum):
    """Class of a share, percent; fixed breaks, so that months compare."""

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


class CaseStatus(StrEnum):
    """How far a case has come; what may follow what stands in reconcile.cases."""

    NEW = "baru"
    SENT = "dikirim"
    RETURNED = "kembali"
    CONFIRMED = "dikonfirmasi"
    DENIED = "dibantah"
    CORRECTED = "diperbaiki"
    CLOSED = "ditutup"


class CaseChange(StrEnum):
    """What a case is against the last published run."""

    NEW = "baru"
    STANDING = "tetap"
    CHANGED = "berubah"
    SETTLED = "selesai"
    REPEATED = "berulang"
    UNTESTED = "tidak_diuji"


class IdEvent(StrEnum):
    """What happened to the id of a reconciled household since the last published run."""

    NEW = "baru"
    SAME = "tetap"
    JOINED = "bergabung"
    PARTED = "berpisah"
    RETURNED = "kembali"
    REPLACED = "digantikan"
    GONE = "hilang"


class CheckState(StrEnum):
    """Whether a rule was tested; a rule that was not never counts as zero findings."""

    TESTED = "diuji"
    PARTLY = "diuji_sebagian"
    UNTESTED = "tidak_diuji"
    DISABLED = "dimatikan"


class VisitResult(StrEnum):
    """What a field visit found; the values of the choice ``hasil`` in resurvey/form.yaml."""

    FOUND = "ditemukan"
    MOVED_WITHIN = "pindah_dalam"
    MOVED_OUT = "pindah_keluar"
    DEAD = "meninggal"
    DUPLICATE = "ganda"
    UNKNOWN = "tidak_dikenal"
    REFUSED = "menolak"
    NOT_MET = "belum_ditemui"


class VisitReason(StrEnum):
    """Why a family is to be visited, in the order in which a village with few enumerators goes."""

    FINDING = "temuan_lapangan"
    DOUBTFUL = "pasangan_meragukan"
    ONE_LIST = "hanya_satu_daftar"
    IDENTITY = "identitas_kosong"
    PLACE = "tempat_kosong"
    UNSEEN = "lama_tidak_dikunjungi"


class TaskStatus(StrEnum):
    """How far a visit has come."""

    WAITING = "menunggu"
    ASKED = "diminta"
    ANSWERED = "dijawab"
    DROPPED = "gugur"


class AnswerStatus(StrEnum):
    """What became of a line that came back from the field."""

    APPLIED = "diterapkan"
    NO_ANSWER = "belum_dijawab"
    SUPERSEDED = "digantikan"
    OUTDATED = "usang"
    PROPOSED = "usulan"
    HELD = "ditahan"


class ValueOrigin(StrEnum):
    """Where a value in force comes from."""

    RETURNS = "returns"
    BPS = "bps"
    P3KE = "p3ke"


class FieldForm(StrEnum):
    """Which form an answer came back in."""

    WORKBOOK = "xlsx"
    PHONE = "odk"
    QFIELD = "qfield"


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
    GPKG = "gpkg"


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
    VISIT_DATE = "E_VISIT_DATE"
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
