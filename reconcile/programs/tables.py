"""The tables of programmes, each an allow-list of a file below program/."""

from reconcile.tables import Column, Kind, Table

#: Counts of families or persons, whatever the programme serves; missing where untold, never zero.
#: dinilai = layak + tidak_layak + kelayakan_tidak_diketahui; layak = the three n_layak_*;
#: terlayani = layak_terlayani + the three n_terlayani_*.
COUNTS = (
    Column("n_dinilai", "whole", "families or persons that were judged"),
    Column("n_layak", "whole", "known to meet the criteria, and no exclusion"),
    Column("n_tidak_layak", "whole", "known not to, or excluded"),
    Column("n_kelayakan_tidak_diketahui", "whole", "neither is known"),
    Column("n_terlayani", "whole", "known to be served"),
    Column("n_layak_terlayani", "whole", "eligible and served"),
    Column("n_layak_belum", "whole", "eligible and not served: exclusion"),
    Column("n_layak_layanan_tidak_diketahui", "whole", "eligible, and nothing tells whether served"),
    Column("n_terlayani_tidak_layak_keduanya", "whole", "served, not eligible by either registry: inclusion"),
    Column("n_terlayani_tidak_layak", "whole", "served, not eligible, but not by both registries"),
    Column("n_terlayani_kelayakan_tidak_diketahui", "whole", "served, and nobody knows whether eligible"),
    Column("n_terlayani_ganda", "whole", "served twice in one period or one registry"),
    Column("n_layak_pengecualian_belum_diuji", "whole", "eligible, an exclusion could not be tested"),
    Column("n_layak_pasangan_meragukan", "whole", "eligible, in a family that may stand here twice"),
    Column("n_dalam_kuota", "whole", "eligible, and within the quota"),
    Column("n_dalam_kuota_belum", "whole", "within the quota and not served"),
)
COUNT_NAMES = [column.name for column in COUNTS]

#: One row per programme, area and level, and one per level for what has no village.
COVERAGE = Table(
    "program_coverage",
    (
        Column("program", "text", "programme", required=True),
        Column("judul", "text", "its title", required=True),
        Column("satuan", "text", "vocab.Unit that is counted", required=True),
        Column("keadaan", "text", "TIDAK DIUJI and the like", required=True),
        Column("tingkat", "text", "desa, kecamatan or kabupaten", required=True),
        Column("kode", "text", "dotted Kemendagri code; missing: no village"),
        Column("kode_bps", "text", "BPS code, where bridged"),
        Column("nama", "text", "official name"),
        Column("nama_kec", "text", "official name of the kecamatan"),
        Column("nama_kab", "text", "official name of the kabupaten"),
        *COUNTS,
    ),
)

#: One row per programme: what was declared, what could be tested, and the whole province.
LISTING = Table(
    "program_list",
    (
        Column("program", "text", "programme", required=True),
        Column("judul", "text", "its title", required=True),
        Column("instansi", "text", "office that answers for it", required=True),
        Column("satuan", "text", "vocab.Unit that it serves", required=True),
        Column("syarat", "text", "criteria, all of which must be met", required=True),
        Column("pengecualian", "text", "exclusions, each of which takes out"),
        Column("prioritas", "text", "who comes first", required=True),
        Column("kuota", "text", "places"),
        Column("sumber_penerima", "text", "what says who is served"),
        Column("catatan", "text", "what the criteria cannot see"),
        Column("keadaan", "text", "TIDAK DIUJI and the like", required=True),
        Column("sebab", "text", "what is missing, where it was not tested in full"),
        *COUNTS,
        Column("n_baris_bagian", "whole", "rows that are a copy of, or merged into, another", required=True),
        Column("n_baris_penerima", "whole", "rows of the programme in the list of recipients"),
        Column("n_baris_penerima_tidak_ditemukan", "whole", "of these, people in neither registry"),
        Column("n_tulisan_tidak_dikenal", "whole", "rows whose occupation or schooling was not understood"),
        Column("n_orang_tanpa_keluarga", "whole", "member rows without a family, judged in no programme"),
    ),
)

_PLACE: tuple[tuple[str, Kind, str], ...] = (
    ("berkas", "text", "file"),
    ("lembar", "text", "sheet"),
    ("baris", "whole", "row"),
)
#: One row per family or person that a programme is for, reaches, or may be for (class TERBATAS).
PEOPLE = Table(
    "program_people",
    (
        Column("program", "text", "programme", required=True),
        Column("hasil_program", "text", "vocab.Outcome", required=True),
        Column("urutan", "whole", "rank of the eligible, 1 first"),
        Column("dalam_kuota", "yesno", "within the quota; missing: none applies"),
        Column("nama", "text", "name of the person, of a family that of its head"),
        Column("nik", "text", "NIK of the same"),
        Column("no_kk", "text", "family card number"),
        Column("tanggal_lahir", "date", "birth date of the same"),
        Column("jenis_kelamin", "text", "sex of a person"),
        Column("umur", "whole", "age of a person"),
        Column("pendidikan", "text", "vocab.Education of a person"),
        Column("pekerjaan", "text", "vocab.Occupation of a person"),
        Column("alamat", "text", "address"),
        Column("nama_desa", "text", "official name"),
        Column("nama_kec", "text", "official name"),
        Column("nama_kab", "text", "official name"),
        Column("kode_desa", "text", "village key; missing: not placed"),
        Column("mengapa", "text", "why eligible, not, or unknown", required=True),
        Column("layanan", "text", "what says that it is served or not", required=True),
        Column("alasan_urutan", "text", "why at this rank, where a quota applies"),
        Column("terlayani_ganda", "yesno", "served twice", required=True),
        Column("layak_p3ke", "yesno", "eligible by what P3KE alone says"),
        Column("layak_bps", "yesno", "eligible by what BPS alone says"),
        Column("pengecualian_belum_diuji", "yesno", "an exclusion could not be tested", required=True),
        Column("status_padan", "text", "vocab.MatchStatus of the family", required=True),
        Column("id_rekon", "text", "reconciled household", required=True),
        *(
            Column(f"{name}_{side}", kind, f"{meaning} of the family's {side} row")
            for side in ("p3ke", "bps")
            for name, kind, meaning in _PLACE
        ),
        Column("berkas_penerima", "text", "list of recipients that has the family or person"),
        Column("lembar_penerima", "text", "its sheet"),
        Column("baris_penerima", "whole", "its row, the first"),
    ),
)

UNKNOWN = "tidak_diketahui"
#: Candidates of a programme by what they bring along, per village.
PROFILE = Table(
    "program_profile",
    (
        Column("program", "text", "programme", required=True),
        Column("kode_desa", "text", "village key; missing: not placed"),
        Column("nama_desa", "text", "official name"),
        Column("nama_kec", "text", "official name"),
        Column("nama_kab", "text", "official name"),
        Column("kelamin", "text", "laki_laki, perempuan or tidak_diketahui", required=True),
        Column("kelas_umur", "text", "class of age", required=True),
        Column("jenjang", "text", "vocab.Education or tidak_diketahui", required=True),
        Column("kerja", "text", "vocab.Occupation or tidak_diketahui", required=True),
        Column("n_calon", "whole", "eligible persons", required=True),
        Column("n_dalam_kuota", "whole", "of these, within the quota; missing: no quota"),
    ),
)
