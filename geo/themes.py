"""What the maps show of an area: shares in fixed classes, with colours that the colour-blind can tell apart.

The breaks never follow the data, so that months compare, and what has no value has a class of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from reconcile.vocab import ShareClass

#: First break of each class after the lowest, percent; a class holds its lower break, the last also 100.
BREAKS = (20.0, 40.0, 60.0, 80.0)

#: Stands apart from every ramp.
NO_DATA_COLOUR = "#d9d9d9"


@dataclass(frozen=True)
class Theme:
    """One share on a map: its catalogue word ``style_<name>``, its columns, its colours from low to high."""

    name: str
    share: str
    class_column: str
    ramp: tuple[str, str, str, str, str]

    @property
    def colours(self) -> Mapping[ShareClass, str]:
        """Return the colour (#rrggbb) of every class, in the order of the legend."""
        return dict(zip(ShareClass, (*self.ramp, NO_DATA_COLOUR), strict=True))


#: The first is the default style. Ramps: ColorBrewer YlGnBu, YlOrBr, Purples, all safe for the colour-blind.
THEMES = (
    Theme("cocok", "persen_cocok", "kelas_cocok", ("#ffffcc", "#a1dab4", "#41b6c4", "#2c7fb8", "#253494")),
    Theme(
        "beda_desil",
        "persen_beda_desil",
        "kelas_beda_desil",
        ("#ffffd4", "#fed98e", "#fe9929", "#d95f0e", "#993404"),
    ),
    Theme(
        "lengkap", "persen_lengkap", "kelas_lengkap", ("#f2f0f7", "#cbc9e2", "#9e9ac8", "#756bb1", "#54278f")
    ),
)


def share_classes(percent: pd.Series) -> pd.Series:
    """Return the vocab.ShareClass of each share (percent, 0 to 100); a missing one is NO_DATA."""
    labels = np.array([c.value for c in ShareClass], dtype=object)
    values = percent.to_numpy(float, na_value=np.nan)
    place = np.where(np.isnan(values), len(BREAKS) + 1, np.digitize(values, BREAKS))
    return pd.Series(labels[place], index=percent.index, dtype="str")
