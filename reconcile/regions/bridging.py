"""The bridging of both code systems: pairs of codes, each with what kind of pair it is."""

import numpy as np
import pandas as pd

from reconcile.errors import Fault
from reconcile.identifiers import dotted_village_code
from reconcile.tables import BRIDGES
from reconcile.vocab import BridgeStatus

#: What a list says of a pair that it is not sure of.
_DOUBTED = r"kandidat|candidate"


def completed(bridging: pd.DataFrame) -> pd.DataFrame:
    """Return the list with its code and level filled in, where it gives only the code of its own edition."""
    code = bridging["kode_kemendagri"].fillna(bridging["kode_kemendagri_lama"])
    length = code.str.replace(".", "", regex=False).str.len()
    level = bridging["tingkat"].fillna(length.map({4: "kab", 6: "kec", 10: "desa"}).astype("str"))
    by_bps = bridging["kode_bps"].str.len().map({4: "kab", 7: "kec", 10: "desa"}).astype("str")
    return bridging.assign(kode_kemendagri=code, tingkat=level.fillna(by_bps))


def bridge_pairs(rows: pd.DataFrame) -> pd.DataFrame:
    """Return BRIDGES, one row per pair of codes of a village, sorted.

    ``rows`` are the village rows of the bridging with ``kode_desa``, the current code. A code that stands in
    several pairs bridges to many: its pairs say so, and none is thrown away.
    """
    written = [dotted_village_code(rows[c]) for c in ("kode_kemendagri", "kode_kemendagri_lama")]
    outdated = [code.notna() & (code != rows["kode_desa"]) for code in written]
    pairs = rows[["kode_desa", "kode_bps", "nama_kemendagri", "nama_bps", "keterangan"]].assign(
        usang=outdated[0] | outdated[1]
    )
    pairs = pairs.sort_values(["kode_desa", "kode_bps", "usang"]).drop_duplicates(["kode_desa", "kode_bps"])
    no_bps, no_key = pairs["kode_bps"].isna(), pairs["kode_desa"].isna()
    many_bps = pairs["kode_desa"].duplicated(keep=False) & ~no_key
    many_keys = pairs["kode_bps"].duplicated(keep=False) & ~no_bps
    doubted = pairs["keterangan"].str.contains(_DOUBTED, case=False, regex=True).fillna(value=False)
    kinds = {
        BridgeStatus.ONLY_KEMENDAGRI: no_bps,
        BridgeStatus.ONLY_BPS: no_key,
        BridgeStatus.MANY: many_bps & many_keys,
        BridgeStatus.MANY_BPS: many_bps,
        BridgeStatus.MANY_KEMENDAGRI: many_keys,
        BridgeStatus.CANDIDATE: doubted.astype(bool),
        BridgeStatus.OUTDATED: pairs["usang"],
    }
    status = np.select([k.to_numpy(bool) for k in kinds.values()], [k.value for k in kinds], "langsung")
    return BRIDGES.build(
        pairs.drop(columns=["keterangan", "usang"])
        .rename(columns={"kode_bps": "kode_desa_bps"})
        .assign(status=status)
    )


def doubled_rows(rows: pd.DataFrame, *, file: str) -> list[Fault]:
    """Return a fault per pair that the list writes twice in the very same codes: it was copied, or glued."""
    again = rows[rows.duplicated(["kode_kemendagri", "kode_bps"])]
    return [Fault.of("E_CODE_TWICE", file=file, area=code) for code in sorted(set(again["kode_desa"]))]


def bps_codes(pairs: pd.DataFrame) -> tuple[pd.Series, frozenset[str]]:
    """Return BPS code -> village key where there is one, and the BPS codes that lead to several villages."""
    both = pairs.dropna(subset=["kode_desa", "kode_desa_bps"])
    several = both["kode_desa_bps"].duplicated(keep=False)
    one = both[~several]
    return (
        pd.Series(one["kode_desa"].array, index=one["kode_desa_bps"].array, dtype="str"),
        frozenset(both.loc[several, "kode_desa_bps"]),
    )
