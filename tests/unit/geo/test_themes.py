from itertools import pairwise

import pandas as pd
import pytest

from geo.themes import THEMES, share_classes


@pytest.mark.parametrize(
    ("percent", "expected"),
    [
        (0.0, "0-20"),
        (19.99, "0-20"),
        (20.0, "20-40"),
        (40.0, "40-60"),
        (79.99, "60-80"),
        (80.0, "80-100"),
        (100.0, "80-100"),
        (None, "tidak_ada_data"),
    ],
)
def test_fixed_breaks(percent: float | None, expected: str) -> None:
    assert share_classes(pd.Series([percent], dtype="Float64")).tolist() == [expected]


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_classes_go_from_light_to_dark_and_no_data_stands_apart(theme: object) -> None:
    def light(colour: str) -> float:
        red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
        return 0.299 * red + 0.587 * green + 0.114 * blue

    *ramp, nothing = theme.colours.values()  # type: ignore[attr-defined]
    shades = [light(colour) for colour in ramp]
    # by lightness alone, for those who see no colour
    assert all(lighter - darker > 15 for lighter, darker in pairwise(shades))
    assert nothing not in ramp
