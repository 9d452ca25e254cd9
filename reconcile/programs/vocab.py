"""Closed vocabularies of programmes; their words are in the catalogue behind ``program_``."""

from enum import StrEnum

from reconcile.vocab import Sex


class Unit(StrEnum):
    """What a programme serves."""

    FAMILY = "keluarga"
    PERSON = "orang"


class View(StrEnum):
    """Whose values criteria are held against: those in force, or one registry's own."""

    IN_FORCE = "berlaku"
    P3KE = "p3ke"
    BPS = "bps"


class Outcome(StrEnum):
    """What a programme is to a family or person; first what somebody has to act on."""

    EXCLUDED = "layak_belum"
    INCLUDED = "terlayani_tidak_layak_keduanya"
    DOUBTED = "terlayani_tidak_layak"
    UNTOLD = "layak_layanan_tidak_diketahui"
    UNSURE = "terlayani_kelayakan_tidak_diketahui"
    UNKNOWN = "kelayakan_tidak_diketahui"
    REACHED = "layak_terlayani"
    NOT_MEANT = "tidak_layak"


class Occupation(StrEnum):
    """Occupations, those that P3KE tells (formats.md 1.4) and two that BPS and the family card add."""

    NONE = "tidak_bekerja"
    PUPIL = "pelajar"
    HOME = "rumah_tangga"
    CASUAL = "pekerja_lepas"
    FARMER = "petani"
    FISHER = "nelayan"
    TRADER = "pedagang"
    OWN_ACCOUNT = "wiraswasta"
    EMPLOYEE = "pegawai_swasta"
    SERVANT = "asn_tni_polri"
    OFFICIAL = "pejabat_negara"
    RETIRED = "pensiunan"


class Education(StrEnum):
    """Schooling from none to the highest; P3KE does not tell attending from finished above primary school."""

    NONE = "tidak_sekolah"
    SOME_PRIMARY = "tidak_tamat_sd"
    IN_PRIMARY = "masih_sd"
    PRIMARY = "tamat_sd"
    JUNIOR = "smp"
    SENIOR = "sma"
    TERTIARY = "perguruan_tinggi"


class Marriage(StrEnum):
    """Marital status as the sources write it."""

    SINGLE = "belum_kawin"
    MARRIED = "kawin"
    DIVORCED = "cerai_hidup"
    WIDOWED = "cerai_mati"


#: Words of criteria for vocab.Sex.
SEXES = {Sex.MALE.value: "laki_laki", Sex.FEMALE.value: "perempuan"}
#: Stands where no visit was made: that is known, not unknown.
NOT_VISITED = "belum_dikunjungi"
