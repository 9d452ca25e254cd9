"""Closed vocabularies of the offices' sheets; their words are in the catalogue behind ``office_``."""

from enum import StrEnum


class Strategy(StrEnum):
    """The three strategies against extreme poverty (Inpres 4/2022)."""

    BURDEN = "beban_pengeluaran"
    INCOME = "pendapatan"
    POCKETS = "kantong_kemiskinan"


class FillState(StrEnum):
    """How far a line of the programmes has come; one that is not filled in is never zero."""

    FILLED = "terisi"
    PARTLY = "sebagian"
    EMPTY = "belum_diisi"
    HELD = "ditahan"


class Auditor(StrEnum):
    """Who made a recommendation."""

    BPK = "bpk"
    BPKP = "bpkp"
    INSPECTORATE = "inspektorat"
    MEETING = "rapat"
    OTHER = "lainnya"


class FollowUp(StrEnum):
    """What an office did with a recommendation, in the four words that audits of regions go by."""

    DONE = "sesuai"
    PARTLY = "belum_sesuai"
    NOT_YET = "belum_ditindaklanjuti"
    IMPOSSIBLE = "tidak_dapat"


class FollowState(StrEnum):
    """Where a recommendation stands on the reference date."""

    SETTLED = "selesai"
    RUNNING = "berjalan"
    OVERDUE = "terlambat"
    EMPTY = "belum_diisi"
