"""How often what is damaged, per registry. P3KE is the older list and copied more often: it is worse."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class DamageRates:
    """Shares of families or persons, 0 to 1. Kinds of damage after ``formats.md`` 4.2, 5.2, 6 and 7."""

    # families
    member_lost: float
    head_changed: float
    split: float
    minors_only: float
    two_heads: float
    duplicated: float
    no_family_row: float
    # how names of persons are written
    name_short_form: float
    name_typo: float
    name_dropped: float
    name_reordered: float
    name_joined: float
    name_title: float
    # how NIKs are written
    nik_missing: float
    nik_typo: float
    nik_transposed: float
    nik_placeholder: float
    nik_scientific: float
    nik_rounded: float
    nik_float: float
    nik_apostrophe: float
    nik_short: float
    nik_of_another: float
    nik_in_second_family: float
    # birth date and sex
    date_new_year: float
    date_swapped: float
    date_year_off: float
    date_missing: float
    sex_flipped: float
    # place
    address_other: float
    rt_other: float
    village_blank: float
    village_unknown: float
    village_name_other: float
    measured: float
    point_swapped: float
    point_elsewhere: float
    point_zero: float
    # welfare
    desil_blank: float
    desil_impossible: float
    aid_differs: float
    house_contradicts: float


P3KE_RATES = DamageRates(
    member_lost=0.07,
    head_changed=0.03,
    split=0.0,
    minors_only=0.006,
    two_heads=0.004,
    duplicated=0.012,
    no_family_row=0.002,
    name_short_form=0.09,
    name_typo=0.06,
    name_dropped=0.05,
    name_reordered=0.01,
    name_joined=0.02,
    name_title=0.03,
    nik_missing=0.08,
    nik_typo=0.03,
    nik_transposed=0.01,
    nik_placeholder=0.01,
    nik_scientific=0.006,
    nik_rounded=0.008,
    nik_float=0.006,
    nik_apostrophe=0.01,
    nik_short=0.006,
    nik_of_another=0.003,
    nik_in_second_family=0.002,
    date_new_year=0.03,
    date_swapped=0.015,
    date_year_off=0.02,
    date_missing=0.01,
    sex_flipped=0.006,
    address_other=0.2,
    rt_other=0.1,
    village_blank=0.01,
    village_unknown=0.004,
    village_name_other=0.006,
    measured=0.0,
    point_swapped=0.0,
    point_elsewhere=0.0,
    point_zero=0.0,
    desil_blank=0.004,
    desil_impossible=0.003,
    aid_differs=0.08,
    house_contradicts=0.02,
)

BPS_RATES = DamageRates(
    member_lost=0.03,
    head_changed=0.01,
    split=0.02,
    minors_only=0.0,
    two_heads=0.002,
    duplicated=0.004,
    no_family_row=0.001,
    name_short_form=0.03,
    name_typo=0.02,
    name_dropped=0.015,
    name_reordered=0.003,
    name_joined=0.008,
    name_title=0.01,
    nik_missing=0.03,
    nik_typo=0.01,
    nik_transposed=0.004,
    nik_placeholder=0.003,
    nik_scientific=0.002,
    nik_rounded=0.002,
    nik_float=0.002,
    nik_apostrophe=0.002,
    nik_short=0.002,
    nik_of_another=0.001,
    nik_in_second_family=0.001,
    date_new_year=0.008,
    date_swapped=0.005,
    date_year_off=0.006,
    date_missing=0.004,
    sex_flipped=0.002,
    address_other=0.12,
    rt_other=0.05,
    village_blank=0.004,
    village_unknown=0.002,
    village_name_other=0.003,
    measured=0.7,
    point_swapped=0.006,
    point_elsewhere=0.012,
    point_zero=0.005,
    desil_blank=0.002,
    desil_impossible=0.001,
    aid_differs=0.02,
    house_contradicts=0.01,
)
