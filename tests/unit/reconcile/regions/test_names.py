"""Village names: the right village or none, never a wrong one."""

import os
from dataclasses import replace

import factory
import pandas as pd
import pytest
import real_places

from reconcile.regions import Register, build_register, match_listed_names, match_names
from reconcile.vocab import NameMatch

needs_real_data = pytest.mark.skipif(
    not os.environ.get("PADAN_REAL_DATA"), reason="PADAN_REAL_DATA is not set"
)

HEAD = (
    ("kab", "6402", "KUTAI BARAT", "64.07", None, "Kabupaten Kutai Barat"),
    ("kec", "6402010", "UJI", "64.07.01", None, "Linggang Uji"),
    ("kec", "6402020", "LAIN", "64.07.02", None, "Lain"),
    ("desa", "6402020001", "SUKA MAJU", "64.07.02.2001", None, "Suka Maju"),
)


def register_of(villages: tuple[str, ...]) -> Register:
    """Return a register whose kecamatan Linggang Uji has these villages."""
    rows = tuple(
        ("desa", f"6402010{n:03}", None, f"64.07.01.2{n:03}", None, name)
        for n, name in enumerate(villages, start=1)
    )
    return build_register(factory.bridging((*HEAD, *rows)), factory.recodes().iloc[:0])


def written(*names: str | None, kec: str | None = "Linggang Uji") -> pd.DataFrame:
    rows = [("Kutai Barat", kec, name) for name in names]
    return pd.DataFrame(rows, columns=["nama_kabupaten", "nama_kecamatan", "nama_desa"], dtype="str")


def found(villages: tuple[str, ...], name: str) -> tuple[str | None, str | None]:
    register = register_of(villages)
    row = match_names(written(name), register).iloc[0]
    if pd.isna(row["desa_nama"]):
        return None, None
    return register.villages.set_index("kode_desa").loc[row["desa_nama"], "nama_desa"], row["cara_nama"]


SAME, VARIANT = NameMatch.SAME.value, NameMatch.VARIANT.value

#: villages of the kecamatan, name as written, the village that it is, how it was found
TRAPS = [
    # spelling of the same village
    (("Besiq", "Mantar"), "BESIK", "Besiq", SAME),
    (("Muara Pahu",), "MUARO PAHU", "Muara Pahu", SAME),
    (("Danum Paroy",), "Danum Paroi", "Danum Paroy", SAME),
    (("Sumber Mulya",), "Sumber Mulia", "Sumber Mulya", SAME),
    (("Long La'ai",), "Long Laay", "Long La'ai", SAME),
    (("Sungai Merdeka",), "SEI MERDEKA", "Sungai Merdeka", SAME),
    (("Tani Bhakti",), "Tani Bakti", "Tani Bhakti", SAME),
    (("Gunung Samarinda",), "GUNUNGSAMARINDA", "Gunung Samarinda", SAME),
    (("Kombeng Indah",), "Kongbeng Indah", "Kombeng Indah", SAME),
    (("Bukit Saloka",), "Bukit Seloka", "Bukit Saloka", VARIANT),
    (("Sebulu Moderen",), "Sebulu Modern", "Sebulu Moderen", VARIANT),
    (("Tanjung Mangkaliat",), "Tanjung Mangkalihat", "Tanjung Mangkaliat", VARIANT),
    (("Memahak Ulu", "Memahak Besar"), "Mamahak Ulu", "Memahak Ulu", VARIANT),
    # numerals, spelled out or Roman
    (("Long Penaneh I", "Long Penaneh II", "Long Penaneh III"), "LONG PENANEH DUA", "Long Penaneh II", SAME),
    (
        ("Long Penaneh I", "Long Penaneh II", "Long Penaneh III"),
        "LONG PENANEH TIGA",
        "Long Penaneh III",
        SAME,
    ),
    (("Long Pahangai I",), "LONG PAHANGAI DUA", None, None),
    (("Kota Bangun I", "Kota Bangun II"), "Kota Bangun", None, None),
    (("Simpang Tiga",), "Simpang", None, None),
    # words that tell villages apart, whatever the ratio
    (("Memahak Ulu", "Memahak Besar"), "MAMAHAK ILIR", None, None),
    (("Muara Jawa Ilir", "Muara Jawa Tengah", "Muara Jawa"), "MUARA JAWA PESISIR", None, None),
    (("Tani Baru",), "BARU", None, None),
    (("Kampung Baru", "Tani Baru"), "BARU", "Kampung Baru", VARIANT),
    (("Muara Kedang", "Linggang Muara Leban"), "MUARA LEBAN", "Linggang Muara Leban", VARIANT),
    (("Tanjung Sari", "Linggang Bangunsari"), "BANGUN SARI", "Linggang Bangunsari", VARIANT),
    (("Payang", "Sang-Sang"), "SANSANG", None, None),
    (("Bena Baru", "Sei Bebanir Bangun"), "BEBANIR", None, None),
    (("Linggang Bigung", "Linggang Bigung Baru"), "Bigung Baru", "Linggang Bigung Baru", VARIANT),
    (("Linggang Bigung", "Linggang Bigung Baru"), "Bigung", "Linggang Bigung", VARIANT),
    (("Liang", "Liang Ulu"), "Liang Ilir", None, None),
    # short words differ in a letter and are two villages
    (("Long Ayan",), "Long Ayap", None, None),
    (("Tanjung Jan",), "Tanjung Jone", None, None),
    (("Long Ayap", "Long Ayan"), "LONG AYAP", "Long Ayap", SAME),
    # two names in one cell
    (("Luan", "Rantau"), "Luan/Dilibinti", "Luan", VARIANT),
    (("Balikukup",), "Balik Kukuk (Balikukup)", "Balikukup", VARIANT),
    (("Radak", "Buyung-Buyung"), "Radak/Buyung-Buyung", None, None),
    # the kecamatan's own name in front
    (("Payung-Payung",), "Uji Payung-Payung", None, None),
    # a name that fits two villages alike is neither
    (("Bukit Saloka", "Bukit Seluka"), "Bukit Seloka", None, None),
    # the name of a village of another kecamatan is no slip of spelling
    (("Suka Majuu",), "Suka Maju", None, None),
    (("Jambuk Makmur ",), "Jambuk Makmur", "Jambuk Makmur", SAME),
    (("Besiq",), "", None, None),
]


@pytest.mark.parametrize(("villages", "name", "village", "how"), TRAPS)
def test_traps(villages: tuple[str, ...], name: str, village: str | None, how: str | None) -> None:
    assert found(villages, name) == (village, how)


def test_two_kecamatan_need_the_kecamatan() -> None:
    register = register_of(("Suka Maju",))
    assert match_names(written("Suka Maju", kec=None), register)["desa_nama"].isna().all()
    assert match_names(written("Suka Maju", kec="Lain"), register)["desa_nama"].tolist() == ["64.07.02.2001"]


#: villages, names of a list in which each stands once, what each is
LISTS = [
    (("Pegat Batumbuk", "Teluk"), ("Pegat", "Teluk"), ("Pegat Batumbuk", "Teluk")),
    (("Sei Bebanir Bangun", "Bena Baru"), ("Bebanir", "Bena Baru"), ("Sei Bebanir Bangun", "Bena Baru")),
    # a telling word more is another village, also when nothing else is left
    (("Muara Jawa", "Teluk"), ("Muara Jawa Pesisir", "Teluk"), (None, "Teluk")),
    # words of many names say nothing
    (("Tanjung Batu",), ("Tanjung Pagar",), (None,)),
    # two that could be it: neither
    (("Pegat Batumbuk", "Pegat Lengkong"), ("Pegat",), (None,)),
    (("Pegat Batumbuk",), ("Pegat", "Batumbuk"), (None, None)),
    # the right name wins over a misspelt one
    (("Bukit Saloka",), ("Bukit Saloka", "Bukit Seloka"), ("Bukit Saloka", None)),
    (("Bukit Saloka",), ("Bukit Seloka", "Bukit Siloka"), (None, None)),
    # one name twice is one village in two pieces
    (("Besiq",), ("Besiq", "BESIK"), ("Besiq", "Besiq")),
]


@pytest.mark.parametrize(("villages", "names", "wanted"), LISTS)
def test_lists_in_which_every_village_stands_once(
    villages: tuple[str, ...], names: tuple[str, ...], wanted: tuple[str | None, ...]
) -> None:
    register = register_of(villages)
    keys = match_listed_names(written(*names), register)["desa_nama"]
    official = register.villages.set_index("kode_desa")["nama_desa"]
    assert [None if pd.isna(key) else official[key] for key in keys] == list(wanted)


@needs_real_data
def test_names_of_2020_find_no_wrong_village() -> None:
    names, register = real_places.names_of_2020(), real_places.register()
    for match, least in ((match_names, 1014), (match_listed_names, 1018)):
        keys = match(names[real_places.NAMES], register)["desa_nama"]
        right = keys == names["kode_desa"]
        assert len(names) == 1024
        assert not (keys.notna() & ~right).any()
        assert right.sum() >= least


@needs_real_data
def test_a_village_that_the_register_lacks_is_never_taken_for_another() -> None:
    names, register = real_places.every_spelling(), real_places.register()
    # one in 25, whose neighbours stay: all 1,038 take half a minute, and none is wrong either
    for code in sorted(set(names["kode_desa"]))[::25]:
        without = replace(register, names=register.names[register.names["kode_desa"] != code])
        own = names[names["kode_desa"] == code]
        assert match_names(own[real_places.NAMES], without)["desa_nama"].isna().all(), code


@needs_real_data
def test_every_spelling_of_every_list_finds_its_village_or_none() -> None:
    names = real_places.every_spelling()
    keys = match_names(names[real_places.NAMES], real_places.register())["desa_nama"]
    assert not (keys.notna() & (keys != names["kode_desa"])).any()
    assert (keys == names["kode_desa"]).sum() >= len(names) - 10
