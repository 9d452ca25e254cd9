"""Every rule: what it finds and what it leaves alone. A new rule needs a hit and a miss here.

More than 400 lines: one table, in which a reader sees what every rule does.
"""

from finding_world import Case

RUSDI = {"nama": "RUSDIANA", "nik": "6402065203850002", "tanggal_lahir": "1985-03-12"}
CHILD_NIK = "6402064201100001"
EMPTY, BOTH_EMPTY = ("kosong", ""), (("", "kosong"), ("kosong", ""))
TWICE = (("2 keluarga", ""),) * 2

IDENTITY = [
    Case("I01", "no NIK", (EMPTY,), p3ke=({"nik": None},)),
    Case("I01", "no NIK on either side: a finding of each", BOTH_EMPTY, ({"nik": None},), ({"nik": None},)),
    Case("I01", "the others of the list do not count", (EMPTY,), p3ke=({"nik": None}, RUSDI)),
    Case("I01", "a NIK on both sides"),
    # what was written and could not be used is I02 to I04, never also a missing one
    Case("I01", "damaged", p3ke=({"nik": None},), flags=(("p3ke", "k1", "nik", "E_NIK_SCI"),)),
    Case(
        "I01",
        "damaged in the member row of the head",
        p3ke=({"nik": None},),
        members=(("p3ke", 1, {"hubungan": "kepala"}),),
        flags=(("p3ke", "a1", "nik", "E_NIK_LEN"),),
    ),
    Case(
        "I01",
        "a child's damaged NIK is not the head's",
        (EMPTY,),
        p3ke=({"nik": None},),
        members=(("p3ke", 1, {}),),
        flags=(("p3ke", "a1", "nik", "E_NIK_LEN"),),
    ),
    Case("I02", "length", (("E_NIK_LEN", ""),), flags=(("p3ke", "k1", "nik", "E_NIK_LEN"),)),
    Case("I02", "no date in it", (("E_NIK_DATE", ""),), flags=(("p3ke", "k1", "nik", "E_NIK_DATE"),)),
    Case("I02", "masked", (("E_NIK_MASKED", ""),), flags=(("p3ke", "k1", "nik", "E_NIK_MASKED"),)),
    Case(
        "I02",
        "of head and child: one finding of the family",
        (("E_NIK_LEN", ""),),
        members=(("p3ke", 1, {}),),
        flags=(("p3ke", "k1", "nik", "E_NIK_LEN"), ("p3ke", "a1", "nik", "E_NIK_LEN")),
    ),
    Case(
        "I02",
        "of a child",
        (("E_NIK_DATE", ""),),
        members=(("p3ke", 1, {}),),
        flags=(("p3ke", "a1", "nik", "E_NIK_DATE"),),
    ),
    Case("I02", "a filler is I03", flags=(("p3ke", "k1", "nik", "E_NIK_PLACEHOLDER"),)),
    Case("I02", "another column", flags=(("p3ke", "k1", "no_kk", "E_KK"),)),
    Case("I02", "issued in Lampung: valid", p3ke=({"nik": "1802065705800001"},)),
    Case("I02", "of a person without family", flags=(("p3ke", "a7", "nik", "E_NIK_LEN"),)),
    Case("I03", "filler", (("E_NIK_PLACEHOLDER", ""),), flags=(("p3ke", "k1", "nik", "E_NIK_PLACEHOLDER"),)),
    Case("I03", "too short", flags=(("p3ke", "k1", "nik", "E_NIK_LEN"),)),
    Case("I04", "6.4E+15", (("E_NIK_SCI", ""),), flags=(("p3ke", "k1", "nik", "E_NIK_SCI"),)),
    Case("I04", "rounded", (("E_NIK_15DIGIT", ""),), flags=(("p3ke", "k1", "nik", "E_NIK_15DIGIT"),)),
    Case("I04", "masked", flags=(("p3ke", "k1", "nik", "E_NIK_MASKED"),)),
    Case("I05", "day", (("tanggal lahir", ""),), p3ke=({"tanggal_lahir": "1980-05-18"},)),
    Case("I05", "month", (("tanggal lahir", ""),), p3ke=({"tanggal_lahir": "1980-06-17"},)),
    Case("I05", "year", (("tanggal lahir", ""),), p3ke=({"tanggal_lahir": "1981-05-17"},)),
    Case("I05", "sex", (("jenis kelamin", ""),), p3ke=({"jenis_kelamin": "L"},)),
    Case(
        "I05",
        "date and sex",
        (("tanggal lahir dan jenis kelamin", ""),),
        p3ke=({"tanggal_lahir": "1970-05-17", "jenis_kelamin": "L"},),
    ),
    Case("I05", "day plus 40 is a woman's"),
    Case("I05", "a man's", p3ke=({"nik": "6402061705800001", "jenis_kelamin": "L"},)),
    Case("I05", "the century is not in it", p3ke=({"tanggal_lahir": "1880-05-17"},)),
    Case("I05", "nothing to compare", p3ke=({"tanggal_lahir": None, "jenis_kelamin": None},)),
    Case("I05", "no NIK", p3ke=({"nik": None},)),
    Case("I05", "no date in the NIK is I02", p3ke=({"nik": "6402069999800001"},)),
    Case("I06", "one digit", (("1 angka berbeda",) * 2,), p3ke=({"nik": "6402065705800002"},)),
    Case("I06", "several digits", (("3 angka berbeda",) * 2,), p3ke=({"nik": "6472065705800012"},)),
    Case("I06", "equal"),
    Case("I06", "one missing", p3ke=({"nik": None},)),
    Case("I06", "another head has another NIK", p3ke=(RUSDI,), reasons="desa_same kepala_one"),
    Case("I10", "a letter", (("95 % mirip",) * 2,), p3ke=({"nama": "SITI AMINA"},)),
    Case("I10", "a title", (("100 % mirip",) * 2,), p3ke=({"nama": "HJ. SITI AMINAH"},)),
    Case("I10", "equal"),
    Case("I10", "capitals", p3ke=({"nama": "Siti Aminah"},)),
    Case("I10", "a missing name has no spelling", p3ke=({"nama": None},)),
    Case("I10", "another head", p3ke=(RUSDI,), reasons="kepala_both"),
    Case("I11", "date", (("tanggal lahir selisih 1 hari",) * 2,), p3ke=({"tanggal_lahir": "1980-05-18"},)),
    Case("I11", "sex", (("jenis kelamin berbeda",) * 2,), p3ke=({"jenis_kelamin": "L"},)),
    Case(
        "I11",
        "both",
        (("tanggal lahir selisih 366 hari jenis kelamin berbeda",) * 2,),
        p3ke=({"tanggal_lahir": "1979-05-17", "jenis_kelamin": "L"},),
    ),
    Case("I11", "equal"),
    Case("I11", "missing on one side", p3ke=({"tanggal_lahir": None, "jenis_kelamin": None},)),
    Case("I11", "another head", p3ke=(RUSDI,), reasons="kepala_both"),
]

DOUBLES = [
    Case("G01", "NIK and name", TWICE, p3ke=({}, {"tanggal_lahir": None, "kode_desa": "64.07.01.2001"})),
    Case("G01", "NIK, the name sounds alike", TWICE, p3ke=({}, {"nama": "HJ. SITTI AMINAH"})),
    Case("G01", "name, birth, village", TWICE, p3ke=({"nik": None}, {"nik": "1802065705800009"})),
    Case("G01", "three times", (("3 keluarga", ""),) * 3, p3ke=({}, {}, {})),
    Case(
        "G01",
        "the second is one with the first by NIK, with the third by birth: never a family twice once",
        (("3 keluarga", ""),) * 3,
        p3ke=({"tanggal_lahir": "1979-01-01"}, {}, {"nik": None}),
    ),
    Case("G01", "once in either registry"),
    Case("G01", "NIK with another name is G02", p3ke=({}, {**RUSDI, "nik": "6402065705800001"})),
    Case("G01", "a namesake of another village", p3ke=({}, {"nik": None, "kode_desa": "64.07.01.2001"})),
    Case("G01", "a namesake, nothing else known", p3ke=({}, {"nik": None, "tanggal_lahir": None})),
    Case("G02", "two people", (("2 orang", ""),) * 2, p3ke=({}, {**RUSDI, "nik": "6402065705800001"})),
    Case(
        "G02",
        "members",
        (("2 orang", ""),) * 2,
        p3ke=({}, RUSDI),
        members=(
            ("p3ke", 1, {"nama": "DODI SAPUTRA", "nik": CHILD_NIK}),
            ("p3ke", 2, {"nama": "RINA WATI", "nik": CHILD_NIK, "tanggal_lahir": "2014-05-06"}),
        ),
    ),
    Case("G02", "one NIK each", p3ke=({}, RUSDI)),
    Case("G02", "one person spelled in two ways", p3ke=({}, {"nama": "SITTI AMINA", "tanggal_lahir": None})),
    Case(
        "G02",
        "one birth date, no letter of the name: twins, or one under another name; no other rule tells",
        (("2 orang", ""),) * 2,
        p3ke=({}, {"nama": "NORHAYATI"}),
    ),
    Case(
        "G02",
        "a child under two names in a family that stands twice",
        p3ke=({}, {}),
        members=(
            ("p3ke", 1, {"nik": CHILD_NIK, "nama": "RUDI"}),
            ("p3ke", 2, {"nik": CHILD_NIK, "nama": "AHMAD"}),
        ),
    ),
    Case(
        "G02",
        "two children of one family",
        (("2 orang", ""),),
        members=(
            ("p3ke", 1, {"nik": CHILD_NIK, "nama": "RUDI"}),
            ("p3ke", 1, {"nik": CHILD_NIK, "nama": "AHMAD"}),
        ),
    ),
    Case("G02", "one birth date, half of the name", p3ke=({}, {"nama": "SITI AMBAR"})),
    Case("G02", "a word less, no birth date", p3ke=({}, {"nama": "AMINAH", "tanggal_lahir": None})),
    Case("G02", "one in either registry", bps=({**RUSDI, "nik": "6402065705800001"},)),
    Case(
        "G02",
        "the head stands among the members too",
        p3ke=({"jumlah_baris_anggota": 1},),
        members=(("p3ke", 1, {"nama": "SITI", "nik": "6402065705800001", "tanggal_lahir": None}),),
    ),
    Case(
        "G03",
        "child of two families",
        TWICE,
        p3ke=({}, RUSDI),
        members=(
            ("p3ke", 1, {"nama": "DODI", "nik": CHILD_NIK}),
            ("p3ke", 2, {"nama": "DODI", "nik": CHILD_NIK}),
        ),
    ),
    Case(
        "G03",
        "twice in one family",
        p3ke=({}, RUSDI),
        members=(
            ("p3ke", 1, {"nama": "DODI", "nik": CHILD_NIK}),
            ("p3ke", 1, {"nama": "DODI", "nik": CHILD_NIK}),
        ),
    ),
    Case(
        "G03",
        "a family that stands twice is G01",
        p3ke=({}, {}),
        members=(
            ("p3ke", 1, {"nama": "DODI", "nik": CHILD_NIK}),
            ("p3ke", 2, {"nama": "DODI", "nik": CHILD_NIK}),
        ),
    ),
    Case(
        "G03",
        "once in either registry",
        members=(
            ("p3ke", 1, {"nama": "DODI", "nik": CHILD_NIK}),
            ("bps", 1, {"nama": "DODI", "nik": CHILD_NIK}),
        ),
    ),
    Case(
        "G03",
        "without NIK nobody is the same",
        p3ke=({}, RUSDI),
        members=(("p3ke", 1, {"nama": "DODI"}), ("p3ke", 2, {"nama": "DODI"})),
    ),
]

PRESENCE = [
    Case("K01", "alone", (("ada", "tidak ada"),), bps=()),
    Case("K01", "no partner", (("ada", "tidak ada"),), status=None),
    Case("K01", "matched"),
    Case("K01", "doubtful", status="tinjau"),
    Case("K01", "only the other", p3ke=()),
    Case("K02", "alone", (("tidak ada", "ada"),), p3ke=()),
    Case("K02", "no partner", (("tidak ada", "ada"),), status=None),
    Case("K02", "matched"),
    Case("K02", "doubtful", status="tinjau"),
    Case("K02", "only the other", bps=()),
    Case("K03", "doubtful: one finding for the two", (("skor 0.500",) * 2,), status="tinjau"),
    Case("K03", "matched"),
    Case("K03", "no pair", status=None),
]

OLD, DEAD = "64.02.06.2005", "64.99.99.9999"
ULU, ILIR = "64.02.06.1001", "64.02.06.2002"
PLACES = [
    Case("W01", "in no list", ((DEAD, ""),), p3ke=({"status_kode": "tidak_dikenal", "kode_wilayah": DEAD},)),
    Case("W01", "current", p3ke=({"kode_wilayah": ULU},)),
    Case("W01", "outdated is W04", p3ke=({"status_kode": "kode_lama", "kode_wilayah": OLD},)),
    Case("W01", "missing", p3ke=({"status_kode": "kosong"},)),
    Case(
        "W02",
        "another village's name",
        ((f"kode {ULU}, nama {ILIR}", ""),),
        p3ke=({"nama_desa": "Sungai Meranti Ilir", "desa_nama": ILIR},),
    ),
    Case("W02", "no village's", ((f"kode {ULU}, nama tidak dikenal", ""),), p3ke=({"nama_desa": "Pasir"},)),
    Case(
        "W02",
        "another village's, written much like its own",
        (("kode 64.02.19.2001, nama 64.02.19.2002", ""),),
        p3ke=({"desa_kode": "64.02.19.2001", "nama_desa": "Bukit Jati II", "desa_nama": "64.02.19.2002"},),
    ),
    Case("W02", "its own", p3ke=({"nama_desa": "Sungai Meranti Ulu", "desa_nama": ULU},)),
    Case("W02", "a slip in its own", p3ke=({"nama_desa": "Sungai Merantii Ulu"},)),
    Case("W02", "a slip in its name in the BPS list", p3ke=({"nama_desa": "Sei Meranty Ulu"},)),
    Case("W02", "no name"),
    Case("W02", "no code", p3ke=({"desa_kode": None, "nama_desa": "Pasir", "desa_nama": ILIR},)),
    Case("W04", "old edition", ((OLD, ""),), p3ke=({"status_kode": "kode_lama", "kode_wilayah": OLD},)),
    Case("W04", "current", p3ke=({"kode_wilayah": ULU},)),
    Case("W04", "in no list is W01", p3ke=({"status_kode": "tidak_dikenal", "kode_wilayah": DEAD},)),
    Case("W05", "two villages", ((ILIR, ULU),), p3ke=({"kode_desa": ILIR},)),
    Case("W05", "one village"),
    Case("W05", "one not placed", p3ke=({"kode_desa": None},)),
    Case("W06", "far", (("1251 m", ""),), p3ke=({"jarak_m": 1250.6},)),
    Case("W06", "at the tolerance", p3ke=({"jarak_m": 250.0},)),
    Case("W06", "a wider tolerance", p3ke=({"jarak_m": 300.0},), tolerances={"metres": 500}),
    Case("W06", "a narrower tolerance", (("40 m", ""),), p3ke=({"jarak_m": 40.0},), tolerances={"metres": 0}),
    Case("W06", "no point", p3ke=({"jarak_m": None},)),
    Case("W07", "elsewhere", (("di luar provinsi", ""),), p3ke=({"lintang": -6.2, "bujur": 106.8},)),
    Case("W07", "half of one", (("tidak lengkap", ""),), p3ke=({"lintang": -0.5},)),
    Case(
        "W07",
        "swapped",
        (("tertukar", ""),),
        p3ke=({"lintang": 117.1, "bujur": -0.5},),
        flags=(("p3ke", "k1", "lintang", "W_SWAPPED"), ("p3ke", "k1", "bujur", "W_SWAPPED")),
    ),
    Case(
        "W07",
        "one half is unreadable: that is why the pair is incomplete",
        (("E_COORD", ""),),
        p3ke=({"lintang": -0.5},),
        flags=(("p3ke", "k1", "bujur", "E_COORD"),),
    ),
    Case(
        "W07",
        "an error of the spreadsheet",
        (("E_CELL_ERROR", ""),),
        flags=(("p3ke", "k1", "bujur", "E_CELL_ERROR"),),
    ),
    Case(
        "W07",
        "no value",
        (("E_FORMULA_NO_VALUE", ""),),
        flags=(("p3ke", "k1", "lintang", "E_FORMULA_NO_VALUE"),),
    ),
    Case("W07", "unreadable", (("E_COORD", ""),), flags=(("p3ke", "k1", "lintang", "E_COORD"),)),
    Case(
        "W07",
        "both halves: one finding",
        (("E_COORD", ""),),
        flags=(("p3ke", "k1", "lintang", "E_COORD"), ("p3ke", "k1", "bujur", "E_COORD")),
    ),
    Case(
        "W07",
        "each half for a reason of its own: one finding",
        (("E_CELL_ERROR", ""),),
        flags=(("p3ke", "k1", "lintang", "E_COORD"), ("p3ke", "k1", "bujur", "E_CELL_ERROR")),
    ),
    # it places its family, and is a finding all the same
    Case(
        "W07",
        "swapped, and read the other way round",
        (("tertukar", ""),),
        p3ke=({"lintang": 117.1, "bujur": -0.5, "posisi": "terukur", "baca_titik": "ditukar"},),
    ),
    Case(
        "W07",
        "read with the sign turned",
        (("tanda terbalik", ""),),
        p3ke=({"lintang": -0.5, "bujur": -117.1, "posisi": "terukur", "baca_titik": "tanda_bujur_dibalik"},),
    ),
    Case("W07", "measured", p3ke=({"lintang": -0.5, "bujur": 117.1, "posisi": "terukur"},)),
    Case("W07", "none"),
    Case("W07", "read from minutes", flags=(("p3ke", "k1", "lintang", "W_DMS"),)),
    Case("W07", "another column", flags=(("p3ke", "k1", "desil", "E_CELL_ERROR"),)),
    Case(
        "W08",
        "lost on both sides: one finding",
        (("", ""),),
        p3ke=({"cara_lokasi": "tidak_terpetakan", "kode_desa": None},),
        bps=({"cara_lokasi": "tidak_terpetakan", "kode_desa": None},),
    ),
    Case("W08", "placed by one", p3ke=({"cara_lokasi": "tidak_terpetakan", "kode_desa": None},)),
    Case("W08", "placed by name", p3ke=({"cara_lokasi": "nama"},), bps=()),
]

FAMILY = [
    Case("E04", "one more", (("4", "3"),), p3ke=({"jumlah_anggota": 4},)),
    Case(
        "E04",
        "no size stated: the member rows count",
        (("5", "3"),),
        p3ke=({"jumlah_anggota": None, "jumlah_baris_anggota": 5},),
    ),
    Case("E04", "at a wider tolerance", (("5", "3"),), ({"jumlah_anggota": 5},), tolerances={"members": 2}),
    Case("E04", "below a wider tolerance", p3ke=({"jumlah_anggota": 4},), tolerances={"members": 2}),
    Case("E04", "equal"),
    Case("E04", "unknown", p3ke=({"jumlah_anggota": None},)),
    Case("E04", "zero is unknown too", p3ke=({"jumlah_anggota": 0},)),
    Case("E05", "changed", (("kepala lain",) * 2,), p3ke=(RUSDI,), reasons="desa_same kepala_one"),
    Case("E05", "exchanged", (("kepala lain",) * 2,), p3ke=(RUSDI,), reasons="kepala_both"),
    Case("E05", "the same"),
    Case("E06", "children only", (("tanpa anggota 17+", ""),), p3ke=({"punya_dewasa": False},)),
    Case("E06", "an adult", p3ke=({"punya_dewasa": True},)),
    Case("E06", "unknown", p3ke=({"punya_dewasa": None},)),
    Case("E07", "none", (("0 kepala keluarga", ""),), p3ke=({"jumlah_baris_anggota": 3},)),
    Case(
        "E07",
        "two",
        (("2 kepala keluarga", ""),),
        p3ke=({"jumlah_baris_anggota": 3, "jumlah_kepala": 2},),
    ),
    Case("E07", "one", p3ke=({"jumlah_baris_anggota": 3, "jumlah_kepala": 1},)),
    Case("E07", "no member rows were delivered", p3ke=({"jumlah_kepala": 0},)),
]

WELFARE = [
    Case("D01", "one apart", (("2", "1"),), p3ke=({"desil": 2},)),
    Case("D01", "at a wider tolerance", (("4", "1"),), p3ke=({"desil": 4},), tolerances={"deciles": 3}),
    Case("D01", "below a wider tolerance", p3ke=({"desil": 3},), tolerances={"deciles": 3}),
    Case("D01", "beyond what P3KE has, yet a decile", (("7", "1"),), p3ke=({"desil": 7},)),
    Case("D01", "no decile at all is D02", bps=({"desil": 11},)),
    Case("D01", "zero is D02", p3ke=({"desil": 0},)),
    Case("D01", "equal"),
    Case("D01", "unknown", p3ke=({"desil": None},)),
    Case("D02", "P3KE ends at 4", (("5", ""),), p3ke=({"desil": 5},)),
    Case("D02", "zero", (("0", ""),), p3ke=({"desil": 0},)),
    Case("D02", "BPS ends at 10", (("", "11"),), bps=({"desil": 11},)),
    Case("D02", "missing where its source gives it", (("kosong", ""),), p3ke=({"desil": None}, RUSDI)),
    Case("D02", "missing in BPS", (("", "kosong"),), bps=({"desil": None}, RUSDI)),
    Case("D02", "4 in P3KE, 10 in BPS", p3ke=({"desil": 4},), bps=({"desil": 10},)),
    Case("D02", "its source gives none", p3ke=({"desil": None}, {**RUSDI, "source": "p3ke_lain"})),
    Case("D02", "no P3KE at all", p3ke=()),
    Case("B04", "pkh", (("pkh ya", "pkh tidak"),), ({"terima_pkh": True},), ({"terima_pkh": False},)),
    Case(
        "B04",
        "sembako",
        (("sembako tidak", "sembako ya"),),
        ({"terima_sembako": False},),
        ({"terima_sembako": True},),
    ),
    Case(
        "B04",
        "both: a finding each",
        (("pkh ya", "pkh tidak"), ("sembako ya", "sembako tidak")),
        ({"terima_pkh": True, "terima_sembako": True},),
        ({"terima_pkh": False, "terima_sembako": False},),
    ),
    Case("B04", "both receive", p3ke=({"terima_pkh": True},), bps=({"terima_pkh": True},)),
    Case("B04", "one does not know", p3ke=({"terima_pkh": True},)),
]

DEAD_PERSON = {"nik": "6402065705800001", "nama": "SITI AMINAH", "tanggal": "2026-01-02"}
STRANGER = {"nik": "6402061212700007", "nama": "BUKAN SIAPA", "tanggal_lahir": "1970-12-12"}
BY_NIK = ("", "", "ada dalam daftar acuan, NIK sama")
BY_NAME = ("", "", "ada dalam daftar acuan, nama dan tanggal lahir sama")
ALONE: dict[str, object] = {"bps": ()}
PAID = {**DEAD_PERSON, "program": "PKH", "periode": "2026-01", "jumlah_rp": 600000}

FURTHER_IDENTITY = [
    Case("I07", "the source says so", (("tidak padan", ""),), p3ke=({"padan_dukcapil": "tidak"},)),
    Case("I07", "matched there", p3ke=({"padan_dukcapil": "ya"},)),
    Case("I07", "not told"),
    Case("I08", "missing where its source gives it", (EMPTY,), p3ke=({}, {**RUSDI, "no_kk": CHILD_NIK})),
    Case("I08", "unusable", (("E_KK", ""),), flags=(("p3ke", "k1", "no_kk", "E_KK"),)),
    Case(
        "I08",
        "unusable is not missing too",
        (("E_KK", ""),),
        p3ke=({}, {**RUSDI, "no_kk": CHILD_NIK}),
        flags=(("p3ke", "k1", "no_kk", "E_KK"),),
    ),
    Case(
        "I08",
        "differs",
        (("nomor KK berbeda",) * 2,),
        p3ke=({"no_kk": "6402060101100001"},),
        bps=({"no_kk": "6402060101100002"},),
    ),
    Case("I08", "its source gives none"),
    Case("I08", "equal", p3ke=({"no_kk": CHILD_NIK},), bps=({"no_kk": CHILD_NIK},)),
    Case("I09", "blank", (EMPTY,), p3ke=({"nama": None},)),
    Case("I09", "there"),
]

FURTHER_DOUBLES = [
    Case("G04", "two NIKs", (("2 NIK", ""),) * 2, p3ke=({}, {"nik": "6402065705800077"})),
    Case(
        "G04",
        "in capitals or not",
        (("2 NIK", ""),) * 2,
        ({}, {"nik": "6402065705800077", "nama": "Siti Aminah"}),
    ),
    Case("G04", "one NIK", p3ke=({}, {})),
    Case(
        "G04",
        "a namesake of another village",
        p3ke=({}, {"nik": "6402065705800077", "kode_desa": "64.07.01.2001"}),
    ),
    Case(
        "G04",
        "a namesake born on another day",
        p3ke=({}, {"nik": "6402065705800077", "tanggal_lahir": "1980-05-18"}),
    ),
    Case("G04", "once in either registry", bps=({"nik": "6402065705800077"},)),
    Case(
        "G05",
        "twice, apart",
        (("64.02.06.1001, 64.07.01.2001", ""),) * 2,
        p3ke=({}, {"kode_desa": "64.07.01.2001"}),
    ),
    Case("G05", "twice in one village is G01 alone", p3ke=({}, {})),
    Case("G05", "two families", p3ke=({}, {**RUSDI, "kode_desa": "64.07.01.2001"})),
    Case(
        "G06",
        "split",
        (("", "pecahan", "dalam keluarga …"),),
        bps=({}, RUSDI),
        relations=((1, 2, "pecahan"),),
    ),
    Case(
        "G06",
        "merged",
        (("gabungan", "", "dalam keluarga …"),),
        p3ke=({}, RUSDI),
        relations=((2, 1, "gabungan"),),
    ),
    Case("G06", "written twice is G01", bps=({}, RUSDI), relations=((1, 2, "ganda"),)),
    Case("G06", "no relation", bps=({}, RUSDI)),
]

FURTHER_PRESENCE = [
    Case(
        "K04",
        "gone",
        (("", "", "terakhir ada 2025-12-31"),),
        before=({"record_id_p3ke": "p3ke:9", "kode_desa": "64.02.06.1001"},),
    ),
    Case("K04", "still there", before=({"record_id_p3ke": "p3ke:1"},)),
    Case("K04", "gone long ago", before=({"record_id_p3ke": "p3ke:9", "peristiwa": "hilang"},)),
    Case(
        "K04",
        "its id was taken up by another",
        before=({"record_id_p3ke": "p3ke:9", "peristiwa": "digantikan"},),
    ),
    Case(
        "K04",
        "its exit is recorded under its id",
        before=({"record_id_p3ke": "p3ke:9"},),
        lists={"exits": ({"nomor": "LAMA", "tanggal": "2026-01-01"},)},
    ),
    Case(
        "K05",
        "gone before, here now",
        (("", "", "terakhir ada 2025-12-31"),),
        before=({"record_id_p3ke": "p3ke:1", "peristiwa": "hilang"},),
    ),
    Case("K05", "on the list of exits", (BY_NIK,), lists={"exits": (DEAD_PERSON,)}, before=(), bps=()),
    Case("K05", "always there", before=({"record_id_p3ke": "p3ke:1"},)),
    Case("K05", "still gone", before=({"record_id_p3ke": "p3ke:9", "peristiwa": "hilang"},)),
]

MIXED = {"status_kode": "tidak_dikenal", "code_system": "kemendagri", "kode_wilayah": "6403010001"}
FURTHER_PLACES = [
    Case(
        "W03",
        "codes of the other system",
        (("", "", "2 dari 3 kode dalam sistem lain"),),
        p3ke=(MIXED, MIXED, {}),
        tolerances={"mixed_codes": 2},
    ),
    Case("W03", "fewer than the tolerance", p3ke=(MIXED, {}), tolerances={"mixed_codes": 2}),
    Case(
        "W03", "in no system", p3ke=({**MIXED, "kode_wilayah": "9999999999"},), tolerances={"mixed_codes": 1}
    ),
    Case(
        "W09",
        "one of eleven lives elsewhere",
        (("daftar Kabupaten Kutai Kartanegara", ""),),
        p3ke=({"kode_desa": "64.07.01.2001"}, *({},) * 10),
    ),
    Case("W09", "a list of the whole province", p3ke=({"kode_desa": "64.07.01.2001"}, {})),
    Case("W09", "not placed", p3ke=({"kode_desa": None}, {})),
]

VISIT = {
    "id_rekon": "@",
    "id_tugas": "TG-A",
    "kode_desa": "64.02.06.1001",
    "hasil": "ditemukan",
    "tanggal": "2026-03-10",
    "status_jawaban": "diterapkan",
    "no_ba": "BA-1",
}
CONFLICT = {**VISIT, "status_jawaban": "ditahan", "sebab": "E_ANSWER_CONFLICT"}
ASKED = {"id_tugas": "TG-A", "kode_desa": "64.02.06.1001", "jatuh_tempo": "2026-03-01"}

FURTHER_FAMILY = [
    Case("E01", "by NIK", (BY_NIK,), lists={"deaths": (DEAD_PERSON,)}, bps=()),
    Case(
        "E01",
        "by name and birth date where the list has no NIK",
        (BY_NAME,),
        lists={"deaths": ({"nama": "Hj. Siti Aminah", "tanggal_lahir": "1980-05-17"},)},
        bps=(),
    ),
    Case(
        "E01",
        "a child",
        (BY_NIK,),
        members=(("p3ke", 1, {"nama": "DODI", "nik": CHILD_NIK}),),
        bps=(),
        lists={"deaths": ({"nik": CHILD_NIK},)},
    ),
    Case(
        "E01",
        "a namesake with another NIK",
        lists={"deaths": ({**DEAD_PERSON, "nik": "6402065705800055", "tanggal_lahir": "1980-05-17"},)},
    ),
    Case("E01", "a stranger", lists={"deaths": (STRANGER,)}),
    Case("E01", "no such list"),
    Case(
        "E01",
        "a visit says so, and no list is there",
        (("", "", "menurut verval"),),
        lists={"returns": ({**VISIT, "hasil": "meninggal"},)},
    ),
    Case(
        "E02",
        "a visit says so",
        (("", "", "menurut verval"),),
        lists={"returns": ({**VISIT, "hasil": "pindah_keluar"},)},
    ),
    Case("E02", "moved within", lists={"returns": ({**VISIT, "hasil": "pindah_dalam"},)}),
    Case("E02", "moved", (BY_NIK,), lists={"moves": (DEAD_PERSON,)}, bps=()),
    Case("E02", "a stranger", lists={"moves": (STRANGER,)}),
    Case(
        "E03",
        "not found",
        (("", "", "menurut verval"),),
        lists={"returns": ({**VISIT, "hasil": "tidak_dikenal"},)},
    ),
    Case("E03", "found", lists={"returns": (VISIT,)}),
    Case("E03", "another family", lists={"returns": ({**VISIT, "id_rekon": "X", "hasil": "tidak_dikenal"},)}),
    Case(
        "E03",
        "met on the later visit",
        lists={"returns": ({**VISIT, "hasil": "tidak_dikenal", "status_jawaban": "digantikan"}, VISIT)},
    ),
    Case(
        "E08",
        "occupation",
        (("pekerjaan ASN/TNI/Polri/pejabat", ""),),
        members=(("p3ke", 1, {"pekerjaan": "PNS/TNI/POLRI"}),),
    ),
    Case("E08", "on the list", (BY_NIK,), lists={"servants": (DEAD_PERSON,)}, bps=()),
    Case("E08", "another occupation", members=(("p3ke", 1, {"pekerjaan": "PETANI"}),)),
    Case("E08", "retired", members=(("p3ke", 1, {"pekerjaan": "PENSIUNAN PNS"}),)),
    Case("E09", "on the list", (BY_NIK,), lists={"exclusions": (DEAD_PERSON,)}, bps=()),
    Case("E09", "a stranger", lists={"exclusions": (STRANGER,)}),
]

#: Three signs of a house that is not poor.
RICH = {"daya_listrik": "> 900 WATT", "jenis_lantai": "Keramik", "jenis_dinding": "TEMBOK"}
OF_RICH = "daya listrik di atas 900 watt, lantai keramik, granit atau marmer, dinding tembok"
OF_RICH_ENGLISH = "power above 900 watts, floor of tiles, granite or marble, brick walls"

FURTHER_WELFARE = [
    Case(
        "D03",
        "three signs of four",
        ((f"desil 1; 3 dari 4 tanda bertentangan: {OF_RICH}", "desil 1; tanpa tanda rumah atau aset"),),
        p3ke=({**RICH, "jenis_atap": "SENG"},),
    ),
    Case(
        "D03",
        "the other list has the target decile",
        ((f"desil 4; 3 dari 3 tanda bertentangan: {OF_RICH}", "desil 1; 0 dari 1 tanda bertentangan: -"),),
        p3ke=({**RICH, "desil": 4},),
        bps=({"jenis_lantai": "tanah"},),
    ),
    Case(
        "D03",
        "in one list only, without its decile",
        ((f"desil -; 3 dari 3 tanda bertentangan: {OF_RICH}", "desil 1; tanpa tanda rumah atau aset"),),
        p3ke=({**RICH, "desil": None},),
    ),
    Case(
        "D03",
        "no partner",
        ((f"desil 1; 3 dari 3 tanda bertentangan: {OF_RICH}", ""),),
        p3ke=(RICH,),
        bps=(),
    ),
    Case("D03", "two signs", p3ke=({**RICH, "jenis_dinding": "KAYU/PAPAN"},)),
    Case(
        "D03",
        "two signs where the office says two",
        (("desil 1; 2 dari 2 tanda bertentangan: atap beton, punya simpanan", ""),),
        p3ke=({"jenis_atap": "BETON", "simpanan": "YA"},),
        bps=(),
        tolerances={"contradictions": 2},
    ),
    Case(
        "D03",
        "signs of two lists are not put together",
        p3ke=({"jenis_atap": "BETON", "simpanan": "YA"},),
        bps=({"jenis_dinding": "Tembok"},),
    ),
    Case("D03", "no target", p3ke=({**RICH, "desil": 2},), bps=({"desil": 2},)),
    Case("D03", "nobody gives a decile", p3ke=({**RICH, "desil": None},), bps=({"desil": None},)),
    Case("D03", "words that say nothing", p3ke=({**RICH, "daya_listrik": "Genset/solar cell"},)),
    Case(
        "D04",
        "jumped",
        (("1", "", "desil sebelumnya 5"),),
        before=({"record_id_p3ke": "p3ke:1", "desil_p3ke": 5},),
    ),
    Case("D04", "three is no jump", before=({"record_id_p3ke": "p3ke:1", "desil_p3ke": 4},)),
    Case("D04", "not told then", before=({"record_id_p3ke": "p3ke:1"},)),
    Case("D05", "one yes, one no", (("desil sasaran", "di luar desil sasaran"),), bps=({"desil": 3},)),
    Case("D05", "both", p3ke=({"desil": 1},)),
    Case("D05", "neither", p3ke=({"desil": 3},), bps=({"desil": 4},)),
    Case("D06", "old", (("5 tahun", ""),), p3ke=({"tahun_mutakhir": 2021},)),
    Case("D06", "at the tolerance", p3ke=({"tahun_mutakhir": 2023},)),
    Case("D06", "not told"),
    Case("T01", "BPS says not poor", (("ada", "7"),), bps=({"desil": 7},)),
    Case(
        "T01",
        "a visit says so",
        (("", "", "menurut verval"),),
        lists={"returns": ({**VISIT, "masih_miskin": "tidak"},)},
    ),
    Case("T01", "poor in both"),
    Case("T02", "poor, and not listed", (("tidak ada", "1"),), p3ke=()),
    Case("T02", "not poor", p3ke=(), bps=({"desil": 5},)),
    Case("T02", "listed"),
    Case(
        "T03",
        "another number",
        (("", "", "SK 5 keluarga, daftar 1"),),
        lists={"decrees": ({"kode_wilayah": "64.02", "nomor": "1", "jumlah_keluarga": 5},)},
    ),
    Case(
        "T03", "the same", lists={"decrees": ({"kode_wilayah": "6403", "nomor": "1", "jumlah_keluarga": 1},)}
    ),
    Case(
        "B01",
        "a stranger",
        (("", "", "PKH, periode 2026-01, Rp 600.000"),),
        lists={"recipients": ({**PAID, **STRANGER},)},
    ),
    Case("B01", "listed", lists={"recipients": (PAID,)}),
    Case("B02", "no aid", (("tidak menerima", "tidak menerima"),), p3ke=({"terima_pkh": False},)),
    Case("B02", "aid in the other list", p3ke=({"terima_pkh": False},), bps=({"terima_sembako": True},)),
    Case("B02", "on the list of recipients", p3ke=({"terima_pkh": False},), lists={"recipients": (PAID,)}),
    Case("B02", "nothing is told"),
    Case("B02", "no target", p3ke=({"desil": 3, "terima_pkh": False},), bps=({"desil": 3},)),
    Case(
        "B03",
        "two that exclude each other",
        (("pkh dan blt", ""),),
        p3ke=({"terima_pkh": True, "terima_blt": True},),
    ),
    Case(
        "B03",
        "on the list of recipients",
        (("", "", "pkh dan blt"),),
        bps=(),
        lists={"recipients": (PAID, {**PAID, "program": "BLT"})},
    ),
    Case("B03", "two that may go together", p3ke=({"terima_pkh": True, "terima_sembako": True},)),
    Case(
        "B05",
        "paid after the exit",
        (("", "", "PKH, periode 2026-01, Rp 600.000"),),
        lists={"recipients": (PAID,), "exits": ({**DEAD_PERSON, "tanggal": "2025-06-01"},)},
    ),
    Case(
        "B05",
        "paid before",
        lists={"recipients": (PAID,), "exits": ({**DEAD_PERSON, "tanggal": "2026-06-01"},)},
    ),
    Case("B06", "twice", (("", "", "PKH: 2 kali"),), lists={"recipients": (PAID, PAID)}),
    Case("B06", "two periods", lists={"recipients": (PAID, {**PAID, "periode": "2026-02"})}),
]

DECREE = {"kode_wilayah": "64.02", "nomor": "1", "tanggal": "2026-01-01"}
PROCESS = [
    Case(
        "P01",
        "no minutes",
        (("", "", "tanpa nomor berita acara"),),
        lists={"returns": ({**VISIT, "no_ba": None},)},
    ),
    Case("P01", "signed", lists={"returns": (VISIT,)}),
    Case(
        "P01",
        "not answered yet",
        lists={"returns": ({**VISIT, "no_ba": None, "hasil": None, "status_jawaban": "belum_dijawab"},)},
    ),
    Case(
        "P02",
        "two results",
        (("", "", "hasil berbeda"),),
        lists={"returns": (CONFLICT, {**CONFLICT, "hasil": "meninggal"})},
    ),
    Case("P02", "the same twice", lists={"returns": (VISIT, {**VISIT, "status_jawaban": "digantikan"})}),
    Case(
        "P03",
        "overdue",
        (("", "", "1 hasil lewat jatuh tempo"),),
        before=(),
        tasks=(ASKED,),
    ),
    Case("P03", "not due yet", before=(), tasks=({**ASKED, "jatuh_tempo": "2026-04-01"},)),
    Case("P03", "answered", before=(), tasks=(ASKED,), lists={"returns": (VISIT,)}),
    Case("P03", "beyond the budget", before=(), tasks=({**ASKED, "status_tugas": "menunggu"},)),
    Case(
        "P04",
        "no reason",
        (("", "", "tidak layak, tanpa alasan"),),
        lists={"returns": ({**VISIT, "masih_miskin": "tidak"},)},
    ),
    Case(
        "P04",
        "a reason",
        lists={"returns": ({**VISIT, "masih_miskin": "tidak", "alasan_tidak_layak": "mampu"},)},
    ),
    Case(
        "P05", "none", (("", "", "belum ada SK"),), lists={"decrees": ({**DECREE, "kode_wilayah": "64.07"},)}
    ),
    Case(
        "P05",
        "expired",
        (("", "", "SK tidak berlaku"),),
        lists={"decrees": ({**DECREE, "berlaku_sampai": "2026-02-01"},)},
    ),
    Case("P05", "valid", lists={"decrees": (DECREE,)}),
]

ASIDE = {"code": "E_FIELD_COUNT", "raw": "a;b"}
SAME_DAY = ({"tanggal_lahir": "1980-01-01", "nama": None},) * 3
FILES = [
    Case("M01", "a row", (("", "", "E_FIELD_COUNT"),), quarantine=(ASIDE,)),
    Case("M01", "the same row twice is two", (("", "", "E_FIELD_COUNT"),) * 2, quarantine=(ASIDE, ASIDE)),
    Case("M01", "settled", quarantine=({**ASIDE, "diselesaikan": True},)),
    Case("M02", "a column", (("", "", "kolom tidak ada: desil"),), files=({"kolom_hilang": "desil"},)),
    Case("M02", "all there", files=({},)),
    Case("M03", "twice", (("", "", "datang lagi sebagai b.csv"),), files=({"dikirim_sebagai": "b.csv"},)),
    Case(
        "M03", "altered", (("", "", "isi berubah sejak jalan terakhir"),), files=({"sha256_lalu": "1" * 64},)
    ),
    Case("M03", "the same as last time", files=({"sha256_lalu": "0" * 64},)),
    Case("M04", "a row is lost", (("", "", "tercatat 11 baris, ditemukan 10"),), files=({"dikenali": 10},)),
    Case("M04", "all accounted for", files=({},)),
    Case(
        "M05",
        "one birth date",
        (("", "", "tanggal lahir kepala: satu nilai pada 3 keluarga"),),
        p3ke=SAME_DAY,
        bps=(),
        tolerances={"repeats": 3},
    ),
    Case(
        "M05",
        "one point",
        (("", "", "koordinat: satu nilai pada 2 keluarga"),),
        bps=(),
        tolerances={"repeats": 2},
        p3ke=({"lintang": -0.5, "bujur": 117.1}, {**RUSDI, "lintang": -0.5, "bujur": 117.1}),
    ),
    Case(
        "M05",
        "one name",
        (("", "", "nama kepala: satu nilai pada 2 keluarga"),),
        bps=(),
        tolerances={"repeats": 2},
        p3ke=({}, {"tanggal_lahir": "1981-01-01"}),
    ),
    Case("M05", "fewer than the tolerance", p3ke=SAME_DAY, bps=(), tolerances={"repeats": 4}),
    Case("M06", "emptier", (("", "", "kurang terisi: nik 10 %"),), files=({"kolom_kurang": "nik 10 %"},)),
    Case("M06", "full", files=({},)),
    Case(
        "M07", "another count", (("", "", "tercatat 12 baris, ditemukan 10"),), files=({"menurut_bast": 12},)
    ),
    Case("M07", "the count", files=({"menurut_bast": 10},)),
]

POOR = {"kode_wilayah": "6403", "tahun": 2025, "indikator": "miskin", "persen": 6.0, "ribu_jiwa": 48.0}
EXTREME = {**POOR, "indikator": "miskin_ekstrem", "persen": 1.0, "ribu_jiwa": 8.0}
WEST, PROVINCE = (
    {**POOR, "kode_wilayah": "6402", "ribu_jiwa": 10.0},
    {**POOR, "kode_wilayah": "64", "ribu_jiwa": 58.2},
)
OFFICIAL = [
    Case(
        "AR01",
        "a list and an estimate",
        tuple(("", "", f"daftar {n} jiwa desil 1, perkiraan 2025 8000 jiwa") for n in (3, 3)),
        figures=(EXTREME,),
    ),
    Case("AR01", "no estimate", figures=(POOR,)),
    Case(
        "AR02",
        "off",
        (("", "", "provinsi 99.0 ribu, jumlah kab/kota 58.0 ribu"),),
        figures=(POOR, WEST, {**PROVINCE, "ribu_jiwa": 99.0}),
    ),
    Case("AR02", "within the tolerance", figures=(POOR, WEST, PROVINCE)),
    Case("AR02", "a kabupaten is not told", figures=(POOR, {**PROVINCE, "ribu_jiwa": 99.0})),
    Case(
        "AR03",
        "families for people",
        (("", "", "penduduk yang tersirat berbeda"),),
        figures=(POOR, {**EXTREME, "ribu_jiwa": 2.0}),
    ),
    Case(
        "AR03",
        "extreme above general",
        (("", "", "miskin ekstrem melebihi miskin"),),
        figures=(POOR, {**EXTREME, "persen": 7.0}),
    ),
    Case("AR03", "of one population", figures=(POOR, EXTREME)),
    Case(
        "AR04",
        "quoted again",
        (("", "", "angka 2025 sama dengan 2024"),),
        figures=(POOR, {**POOR, "tahun": 2024}),
    ),
    Case("AR04", "another year, another figure", figures=(POOR, {**POOR, "tahun": 2024, "ribu_jiwa": 49.0})),
    Case("AR05", "old", (("", "", "terbaru 2021"),), figures=({**POOR, "tahun": 2021},)),
    Case("AR05", "new", figures=(POOR, {**POOR, "tahun": 2021, "persen": 7.0})),
]

#: Rule, what was tried above, and its evidence where the office reads English.
ENGLISH: list[tuple[str, str, list[tuple[str, ...]]]] = [
    ("I01", "no NIK", [("empty", "")]),
    ("I05", "day", [("birth date", "")]),
    ("I05", "sex", [("sex", "")]),
    ("I05", "date and sex", [("birth date and sex", "")]),
    ("I06", "several digits", [("digits that differ: 3",) * 2]),
    ("I10", "a letter", [("95 % alike",) * 2]),
    ("I11", "both", [("days between the birth dates: 366 other sex",) * 2]),
    ("G01", "three times", [("3 families", "")] * 3),
    ("G02", "two people", [("2 people", "")] * 2),
    ("G03", "child of two families", [("2 families", "")] * 2),
    ("K01", "alone", [("listed", "not listed")]),
    ("K02", "alone", [("not listed", "listed")]),
    ("K03", "doubtful: one finding for the two", [("score 0.500",) * 2]),
    ("W02", "no village's", [(f"code {ULU}, name unknown", "")]),
    ("W07", "swapped", [("swapped", "")]),
    ("W07", "read with the sign turned", [("wrong sign", "")]),
    ("W07", "half of one", [("incomplete", "")]),
    ("W07", "elsewhere", [("outside the province", "")]),
    ("E05", "changed", [("another head",) * 2]),
    (
        "D03",
        "two signs where the office says two",
        [("decile 1; signs that contradict, 2 of 2: concrete roof, has savings", "")],
    ),
    (
        "D03",
        "in one list only, without its decile",
        [
            (
                f"decile -; signs that contradict, 3 of 3: {OF_RICH_ENGLISH}",
                "decile 1; no sign of house or assets",
            )
        ],
    ),
    ("E06", "children only", [("no member aged 17+", "")]),
    ("E07", "two", [("heads of family: 2", "")]),
    ("D02", "missing where its source gives it", [("empty", "")]),
    ("B04", "pkh", [("pkh yes", "pkh no")]),
    ("I07", "the source says so", [("not matched", "")]),
    ("I08", "missing where its source gives it", [("empty", "")]),
    ("I08", "differs", [("other family card", "other family card")]),
    ("I09", "blank", [("empty", "")]),
    ("G04", "two NIKs", [("2 NIKs", ""), ("2 NIKs", "")]),
    ("G04", "in capitals or not", [("2 NIKs", ""), ("2 NIKs", "")]),
    ("G06", "split", [("", "split off", "in the family …")]),
    ("G06", "merged", [("merged", "", "in the family …")]),
    ("W03", "codes of the other system", [("", "", "2 of 3 codes in the other system")]),
    ("W09", "one of eleven lives elsewhere", [("list of Kabupaten Kutai Kartanegara", "")]),
    ("E01", "by NIK", [("", "", "in the reference list, same NIK")]),
    (
        "E01",
        "by name and birth date where the list has no NIK",
        [("", "", "in the reference list, same name and birth date")],
    ),
    ("E01", "a child", [("", "", "in the reference list, same NIK")]),
    ("E02", "moved", [("", "", "in the reference list, same NIK")]),
    ("E03", "not found", [("", "", "by the visit")]),
    ("E08", "occupation", [("occupation: public servant", "")]),
    ("E08", "on the list", [("", "", "in the reference list, same NIK")]),
    ("E09", "on the list", [("", "", "in the reference list, same NIK")]),
    ("D04", "jumped", [("1", "", "decile before: 5")]),
    ("D05", "one yes, one no", [("target decile", "beyond the target deciles")]),
    ("D06", "old", [("5 years", "")]),
    ("T01", "BPS says not poor", [("listed", "7")]),
    ("T01", "a visit says so", [("", "", "by the visit")]),
    ("T02", "poor, and not listed", [("not listed", "1")]),
    ("T03", "another number", [("", "", "decree: 5 families, list: 1")]),
    ("B01", "a stranger", [("", "", "PKH, period 2026-01, Rp 600.000")]),
    ("B02", "no aid", [("receives none", "receives none")]),
    ("B03", "two that exclude each other", [("pkh and blt", "")]),
    ("B03", "on the list of recipients", [("", "", "pkh and blt")]),
    ("B05", "paid after the exit", [("", "", "PKH, period 2026-01, Rp 600.000")]),
    ("B06", "twice", [("", "", "PKH: 2 times")]),
    ("K04", "gone", [("", "", "last seen 2025-12-31")]),
    ("K05", "gone before, here now", [("", "", "last seen 2025-12-31")]),
    ("K05", "on the list of exits", [("", "", "in the reference list, same NIK")]),
    ("P01", "no minutes", [("", "", "without minutes")]),
    ("P02", "two results", [("", "", "results differ")]),
    ("P03", "overdue", [("", "", "results overdue: 1")]),
    ("P04", "no reason", [("", "", "not eligible, without reason")]),
    ("P05", "none", [("", "", "no decree")]),
    ("P05", "expired", [("", "", "decree not valid")]),
    ("M02", "a column", [("", "", "no column: desil")]),
    ("M03", "twice", [("", "", "came again as b.csv")]),
    ("M03", "altered", [("", "", "content changed since the last run")]),
    ("M04", "a row is lost", [("", "", "rows stated: 11, found: 10")]),
    ("M05", "one birth date", [("", "", "birth date of the head: one value on 3 families")]),
    ("M05", "one point", [("", "", "coordinate: one value on 2 families")]),
    ("M05", "one name", [("", "", "name of the head: one value on 2 families")]),
    ("M06", "emptier", [("", "", "emptier: nik 10 %")]),
    ("M07", "another count", [("", "", "rows stated: 12, found: 10")]),
    (
        "AR01",
        "a list and an estimate",
        [
            ("", "", "list: 3 people in decile 1, estimate of 2025: 8000"),
            ("", "", "list: 3 people in decile 1, estimate of 2025: 8000"),
        ],
    ),
    ("AR02", "off", [("", "", "province: 99.0 thousand, kabupaten: 58.0 thousand")]),
    ("AR03", "families for people", [("", "", "implied populations differ")]),
    ("AR03", "extreme above general", [("", "", "extreme poverty above poverty")]),
    ("AR04", "quoted again", [("", "", "figure of 2025 is that of 2024")]),
    ("AR05", "old", [("", "", "newest: 2021")]),
]

OF_LISTS = [*FURTHER_PRESENCE, *PROCESS, *FILES, *OFFICIAL]
CASES = [
    *IDENTITY,
    *DOUBLES,
    *PRESENCE,
    *PLACES,
    *FAMILY,
    *WELFARE,
    *FURTHER_IDENTITY,
    *FURTHER_DOUBLES,
    *FURTHER_PLACES,
    *FURTHER_FAMILY,
    *FURTHER_WELFARE,
    *OF_LISTS,
]
