"""The source declarations that are shipped, and what is said of a wrong one."""

import pytest

from reconcile.errors import ConfigError
from reconcile.language import describe, entries
from reconcile.resources import read_yaml
from reconcile.sources.headers import Known, fold_heading
from reconcile.sources.parsers import PARSERS
from reconcile.sources.parsing.base import words
from reconcile.sources.spec import OPTIONAL_LISTS, PEOPLE, load_source, parse_source, source_names
from reconcile.tables import FAMILY
from reconcile.vocab import Content, Language, Reason, Relationship

P3KE_2022_FAMILIES = (
    "No | ID Keluarga P3KE | Provinsi | Kabupaten/Kota | Kecamatan | Desa/Kelurahan | Kode Kemdagri |"
    " Desil Kesejahteraan | Alamat | Kepala Keluarga | NIK | Padan Dukcapil | Jenis Kelamin | Tanggal"
    " Lahir | Pekerjaan | Pendidikan | Kepemilikan Rumah | Memiliki Simpanan "
    "Uang/Perhiasan/Ternak/Lainnya | Jenis Atap | Jenis Dinding | Jenis Lantai | Sumber Penerangan | "
    "Bahan Bakar Memasak | Sumber Air Minum | Memiliki Fasilitas Buang Air Besar | Penerima BPNT | "
    "Penerima BPUM | Penerima BST | Penerima PKH | Penerima SEMBAKO | Resiko Stunting"
)
P3KE_2022_MEMBERS = (
    "No | ID Keluarga P3KE | Provinsi | Kabupaten/Kota | Kecamatan | Desa/Kelurahan | Kode Kemdagri |"
    " Desil Kesejahteraan | Alamat | ID Individu | Nama | NIK | Padan Dukcapil | Jenis Kelamin | "
    "Hubungan dengan Kepala Keluarga | Tanggal Lahir | Status Kawin | Pekerjaan | Pendidikan | Usia <"
    " 7 Tahun | Usia 7-12 Tahun | Usia 13-15 Tahun | Usia 16-18 Tahun | Usia 19-21 Tahun | Usia 22-59"
    " Tahun | Usia 60+ Tahun | Penerima BPNT | Penerima BPUM | Penerima BST | Penerima PKH | Penerima"
    " SEMBAKO | "
    "Resiko Stunting"
)
NEW_2023 = (
    " | Persentil | Dimuktakhirkan Tahun | Prioritas Verval | Status Pekerjaan | Usia 2023 | Kelompok"
    " Usia 2023 | Kualitas Atap | Kualitas Dinding | Kualitas Lantai | Daya Listrik Terpasang | "
    "Penerima Prakerja | Penerima KUR"
)
DTSEN_FAMILIES = (
    "kode_provinsi | provinsi | kode_kabupaten_kota | kabupaten_kota | kode_kecamatan | kecamatan | "
    "kode_kelurahan_desa | kelurahan_desa | alamat | nomor_kartu_keluarga | nama_anggota_keluarga | "
    "id_pelanggan_pln | jumlah_anggota_keluarga | desil_nasional | desil_provinsi | "
    "desil_kabupaten_kota | pbi_nas | pbi_pemda | status_kepemilikan_rumah | jenis_lantai_terluas | "
    "luas_lantai | jenis_dinding_terluas | jenis_atap_terluas | sumber_air_minum_utama | "
    "sumber_penerangan_utama | daya_terpasang | bahan_bakar_utama_memasak | fasilitas_bab | "
    "jenis_kloset | pembuangan_akhir_tinja | kepemilikan_aset | aset_bergerak_motor | "
    "aset_tidak_bergerak_lahan | jumlah_ternak_sapi | is_gc_kemensos | lintang | bujur"
)
LAYOUTS = {
    "p3ke_families_2022": P3KE_2022_FAMILIES,
    "p3ke_members_2022": P3KE_2022_MEMBERS,
    "p3ke_families_2023": P3KE_2022_FAMILIES + NEW_2023,
    "p3ke_members_2023": P3KE_2022_MEMBERS.replace(" Usia < 7 Tahun |", "").split(" | Usia 7-12")[0]
    + NEW_2023,
    "dtsen_families_v3": DTSEN_FAMILIES,
    "dtsen_members_v3": (
        "nomor_induk_kependudukan | nomor_kartu_keluarga | nama | tanggal_lahir | jenis_kelamin | "
        "status_hubungan_keluarga | status_kawin | pbi_nas | pbi_pemda | kode_provinsi_ktp | "
        "provinsi_ktp | kode_kabupaten_kota_ktp | kode_kelurahan_desa_ktp | rt_ktp | rw_ktp"
    ),
    "regsosek_families_2022": (
        "kode_provinsi | kode_kabupaten | kode_kecamatan | kode_desa | kode_sls_non_sls | "
        "kode_sub_sls | nama_sls_non_sls | no_urut_bangunan_tinggal | no_urut_keluarga_verif | "
        "status_keluarga | kode_landmark_wilkerstat | kd_kk | 301a | 301b | 302 | 307b1 | 309a | "
        "310 | 501a | 502n | 506"
    ),
    "regsosek_members_2022": "kd_kk | 401 | 402 | 403 | 404 | 405 | 406 | 407 | 408 | 409 | 410 | 431f",
    "regsosek_template_families": ("no kartu keluarga | 101 | 102 | 103 | 104 | 105 | 107 | 108 | 112 | 205"),
    "regsosek_template_members": (
        "no kartu keluarga | 401 | 402 | 403 | 404 | 405 | 406 | 407 | 408 | 409 | 401 | 402 | 403 | 431f"
    ),
    "bps_sls_families": (
        "idsubsls | nmkab | nmkec | nmdesa | nmsls | no_bang | no_kk | nama_krt | nik | alamat | x | y"
    ),
    "pair_decisions": "record_p3ke | record_bps | keputusan | oleh | tanggal | keterangan | peran",
    "objections": (
        "id_sanggah | kasus | kode_wilayah | angka | alasan | no_dokumen | tanggal | oleh | jawaban | putusan"
        " | tanggal_jawaban | dijawab_oleh"
    ),
    "program_plans": (
        "Tahun | Triwulan | Strategi | Program | Perangkat daerah | Kabupaten/kota | Satuan | Target"
        " | Realisasi | Anggaran (Rp) | Realisasi anggaran (Rp)"
    ),
    "audit_follow_ups": (
        "Nomor rekomendasi | Pemeriksa | Tahun LHP | Pokok rekomendasi | Perangkat daerah | Batas waktu"
        " | Status tindak lanjut | Tanggal tindak lanjut | Nomor bukti"
    ),
    **dict.fromkeys(
        ("deaths_list", "moves_list", "servants_list", "exclusions_list", "exits_list"),
        "nik | no_kk | nama | tanggal_lahir | kode_desa | tanggal | nomor | keterangan",
    ),
    "recipients_list": "nik | no_kk | nama | program | periode | nominal | tanggal_sp2d | no_sp2d",
    "decrees_list": "kode_kab | no_sk | tanggal_sk | berlaku_sampai | jumlah_keluarga",
    "reports_list": "kode_kab | periode | tanggal_terima | nomor_surat",
    "visit_returns": "id_tugas | kode_desa | Hasil kunjungan | Tanggal kunjungan | petugas | no_ba | alasan",
    "case_steps": "kasus | status | tanggal | oleh | no_bukti | keterangan",
    "official_figures": "kode_wilayah | nama_wilayah | tahun | indikator | persen | ribu_jiwa | penghitung",
    "bridging": (
        "level | kode_bps | nama_bps | kode_dagri_bridging | kode_kemendagri_2025 | nama_kemendagri"
        " | jenis | status | beda_nama | skor_nama"
    ),
    "recodes": "kode_lama_2020 | nama_lama | kode_baru_2022 | nama_baru | dasar",
    "regions_kemendagri": (
        "kode | kode_polos | level | nama | kode_kab | kode_kec | nama_kab | nama_kec | jenis"
    ),
    "regions_bps": "kode | level | nama | sumber | kode_kab | kode_kec | nama_kab | nama_kec",
}

LAYOUTS["dtsen_families_v2"] = DTSEN_FAMILIES.replace(" | is_gc_kemensos", "")
LAYOUTS["dtsen_members_v2"] = LAYOUTS["dtsen_members_v3"]


@pytest.mark.parametrize("name", source_names())
def test_every_declared_field_is_a_column_of_its_table(name: str) -> None:
    spec = load_source(name)
    assert set(spec.fields) <= set(spec.table.names)
    assert set(spec.family_fields) <= {column.name for column in FAMILY}


@pytest.mark.parametrize("name", source_names())
def test_no_heading_is_both_used_and_ignored(name: str) -> None:
    known = Known(load_source(name))
    exact, _ = known.ignored
    assert not exact & set(known.targets)


@pytest.mark.parametrize("name", source_names())
def test_every_heading_of_the_published_layout_is_known(name: str) -> None:
    known = Known(load_source(name))
    headings = [fold_heading(heading) for heading in LAYOUTS[name].split(" | ")]
    assert [h for h in headings if h not in known.targets and not known.ignores(h)] == []


@pytest.mark.parametrize("name", source_names())
def test_people_have_a_registry_and_a_code_system(name: str) -> None:
    spec = load_source(name)
    people = spec.content in PEOPLE
    declared = {"registry": bool(spec.registry), "key_space": bool(spec.key_space)}
    assert declared == dict.fromkeys(declared, people)
    # the bridging list holds the codes of both offices, the others name areas in either system or none
    office = {Content.OBJECTIONS, Content.PLANS, Content.FOLLOW_UPS}
    without = {Content.BRIDGING, Content.DECISIONS, *office, *OPTIONAL_LISTS}
    assert bool(spec.code_system) == (spec.content not in without)


GOOD = {
    "name": "x",
    "title": {"id": "x", "en": "x"},
    "registry": "bps",
    "content": "members",
    "key_space": "x",
    "fields": {"nama": {"headings": ["nama"], "parse": "text"}},
}


@pytest.mark.parametrize(
    ("change", "keys"),
    [
        ({"colour": "red"}, ["colour"]),
        ({"content": "people", "registry": "dtks"}, ["registry", "content"]),
        ({"fields": {"nama": {"headings": ["nama"], "parse": "name"}}}, ["fields.nama"]),
        ({"fields": {"nama": {"parse": "text"}}}, ["fields.nama"]),
        ({"fields": {"umur": {"headings": ["umur"], "parse": "whole"}}}, ["-"]),
        ({"fields": {"nama": {"headings": ["nama"], "parse": "whole"}}}, ["-"]),
        ({"fields": {"nama": {"headings": ["nama"], "parse": "choice"}}}, ["fields.nama"]),
        (
            {"fields": {"nama": {"headings": ["nama"], "parse": "text", "values": {1: "a"}}}},
            ["fields.nama.values.1.[key]"],
        ),
        ({"registry": None, "key_space": ""}, ["-"]),
        ({"content": "families", "family_fields": {"rt": {"headings": ["rt"], "parse": "rt_rw"}}}, ["-"]),
        ({"family_fields": {"nama": {"headings": ["nama"], "parse": "text"}}}, ["-"]),
        ({"name": "y"}, ["name"]),
        ({"expect": {"nik": 0.5}}, ["-"]),
        ({"expect": {"nama": 50}}, ["expect.nama"]),
        ({"fields": {"nama": {"headings": ["nama"], "parse": "text", "style": "de"}}}, ["fields.nama.style"]),
        ({"fields": {"nama": {"headings": ["nama"], "parse": "text", "epoch": 1970}}}, ["fields.nama.epoch"]),
        (
            {
                "fields": {
                    "nama": {
                        "headings": ["nama"],
                        "parse": "text",
                        "from": {"headings": ["x"], "parse": "whole"},
                    }
                }
            },
            ["fields.nama"],
        ),
        (
            {"content": "ISI", "key_space": "ISI", "title": {"id": "x", "en": "ISI"}},
            ["content", "key_space", "title.en"],
        ),
    ],
)
def test_every_fault_of_a_declaration_at_once(change: dict[str, object], keys: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_source("x", {**GOOD, **change})
    assert [dict(fault.details)["key"] for fault in caught.value.faults] == keys
    assert all(fault.file == "x.yaml" for fault in caught.value.faults)


def test_the_good_declaration_is_good() -> None:
    assert parse_source("x", GOOD).fields["nama"].headings == ("nama",)


def test_unknown_source_names_near_ones() -> None:
    with pytest.raises(ConfigError) as caught:
        load_source("dtsen_family_v3")
    (fault,) = caught.value.faults
    assert "dtsen_families_v3" in describe(fault, Language.INDONESIAN)


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_sentence_and_remedy_in_both_languages(reason: Reason) -> None:
    assert set(entries()[reason.value]) == {"id", "en", "fix_id", "fix_en"}


def test_word_lists_lead_only_to_known_values() -> None:
    assert set(words("relationship").values()) == {value.value for value in Relationship}
    assert set(words("sex").values()) == {"L", "P"}
    assert {int(month) for month in words("months").values()} == set(range(1, 13))


def test_every_parser_is_used_by_a_source() -> None:
    declared = [field for name in source_names() for field in load_source(name).all_fields.values()]
    used = {field.parse for field in (*declared, *(f.source for f in declared if f.source))}
    assert used == set(PARSERS)


@pytest.mark.parametrize("name", source_names())
def test_a_stand_in_is_read_from_a_heading_that_the_source_knows(name: str) -> None:
    known = Known(load_source(name))
    headings = [h for field in known.spec.all_fields.values() if field.source for h in field.source.headings]
    assert [h for h in map(fold_heading, headings) if h not in known.targets and not known.ignores(h)] == []


@pytest.mark.parametrize("name", source_names())
def test_every_source_says_how_full_it_should_be(name: str) -> None:
    assert load_source(name).expect


def test_the_template_is_no_source_and_would_be_one() -> None:
    declared = read_yaml("reconcile.sources", "_template.yaml")
    assert "_template" not in source_names()
    spec = parse_source("nama_sumber", declared)
    assert set(spec.fields) >= {"family_key", "kode_wilayah", "rt", "lintang"}
    assert spec.fields["rt"].source
    assert declared["content"] == Content.FAMILIES
