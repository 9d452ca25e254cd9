"""A pair weighed again is what the matching weighed, comparison by comparison."""

import numpy as np
import pytest
from linkage_world import sides

from reconcile.linkage.link import Links, link
from reconcile.linkage.spec import household_spec
from reconcile.reports.weighing import best_of, rivals, weigh
from reconcile.vocab import Language

SPEC = household_spec()
FAMILIES = [
    ({"nama": "SITI AMINAH", "nik": "6402054808650001"}, [{"nama": "BUDI"}]),
    ({"nama": "AHMAD YANI", "nik": "6402051208700002", "tanggal_lahir": "1970-08-12"}, []),
    ({"nama": "RUSDIANSYAH", "nik": None, "tanggal_lahir": "1980-01-01"}, []),
]
OTHERS = [
    ({"nama": "SITI AMINAH", "nik": "6402054808650001"}, [{"nama": "BUDI"}]),
    ({"nama": "AHMAD YANI", "nik": "6402051208700003", "tanggal_lahir": "1970-12-08"}, []),
    ({"nama": "JOHANSYAH", "nik": None, "tanggal_lahir": None, "kode_desa": "64.07.01.2001"}, []),
]


@pytest.fixture(scope="module")
def links() -> Links:
    left, right = sides(FAMILIES, OTHERS)
    return link(SPEC, left, right, np.array(["p1", "p2", "p3", "b1", "b2", "b3"], dtype=object))


def test_the_bits_of_the_comparisons_and_the_prior_are_those_of_the_matching(links: Links) -> None:
    assert len(links.candidates) >= 2
    for at in range(len(links.candidates)):
        left, right = int(links.candidates.left[at]), int(links.candidates.right[at])
        found = weigh(links, SPEC, left, right, Language.INDONESIAN)
        assert found.bits == pytest.approx(float(links.bits[at]))
        assert found.prior + found.comparisons["bit"].sum() == pytest.approx(found.bits, abs=1e-3)
        assert found.score == pytest.approx(float(links.probability[at]))
        parts = found.comparisons["bit_tingkat"] + found.comparisons["bit_kelangkaan"]
        assert (parts - found.comparisons["bit"]).abs().max() < 1e-3


@pytest.mark.parametrize("language", Language)
def test_every_comparison_is_said_in_words(links: Links, language: Language) -> None:
    said = weigh(links, SPEC, 0, 3, language).comparisons
    assert said["pembanding"].tolist() == [one.name for one in SPEC.comparisons]
    assert not said["tingkat"].str.contains("_").any()


def test_a_pair_that_no_pass_brought_together_is_weighed_and_has_no_score(links: Links) -> None:
    found = weigh(links, SPEC, 0, 5, Language.INDONESIAN)
    assert (found.score, found.passes, found.chosen) == (None, "", False)
    assert found.bits < 0


def test_candidates_stand_best_first_and_name_the_other_row(links: Links) -> None:
    ids = np.array(["p1", "p2", "p3", "b1", "b2", "b3"], dtype=object)
    told = rivals(links, [0, 3], ids)
    assert told.iloc[0][["keluarga", "calon"]].tolist() == ["p1", "b1"]
    assert told[told["keluarga"] == "b1"].iloc[0]["calon"] == "p1"
    assert (np.diff(links.bits[best_of(links, 0)]) <= 0).all()
