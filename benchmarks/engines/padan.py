"""Our own engine: ``python -m benchmarks.engines.padan KIND FOLDER OUT``.

Each kind of data has its YAML beside this file; what a level is worth is learnt from the data.
A pair is accepted at the threshold that config.yaml has by default.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import yaml

from benchmarks.engines.common import Job, Links, Stopwatch, read_pair, run_engine
from reconcile.linkage.features import Side, build_features
from reconcile.linkage.households import MatchingSettings
from reconcile.linkage.link import link_features
from reconcile.linkage.sampling import content_order
from reconcile.linkage.spec import LinkageSpec

#: Column and pattern of the birth date of each kind.
BIRTH = {
    "febrl4": ("date_of_birth", "%Y%m%d"),
    "h50k": ("dob", "%Y-%m-%d"),
    "gen_id": ("tgl_lahir", "%Y-%m-%d"),
}


def side(kind: str, table: pa.Table) -> Side:
    """Return the rows and persons of one file as the YAML of its kind names them."""
    column, pattern = BIRTH[kind]
    born = pc.strptime(table[column], pattern, "s", error_is_null=True)
    if kind == "gen_id":
        rows = table.drop_columns(["id", "anggota", column]).append_column(column, born)
        return Side(rows.to_pandas(), _members(table["anggota"].combine_chunks()))
    rows = table.append_column("birth", born)
    if kind == "h50k":
        rows = rows.append_column("district", pc.replace_substring_regex(table["postcode_fake"], " .*", ""))
    return Side(rows.to_pandas())


def _members(listed: pa.StringArray) -> pd.DataFrame:
    """Return row, name and birth year of the members, which stand as ``NAME:YEAR;NAME:YEAR``."""
    lists = pc.split_pattern(pc.fill_null(listed, ""), ";")
    row = np.repeat(np.arange(len(lists), dtype=np.int32), np.diff(lists.offsets.to_numpy()))
    entries = lists.flatten()
    there = pc.not_equal(entries, "")
    entries, row = entries.filter(there), row[there.to_numpy(zero_copy_only=False)]
    year = pc.cast(pc.utf8_slice_codeunits(entries, -4), pa.int32())
    name = pc.utf8_slice_codeunits(entries, 0, -5)
    return pd.DataFrame({"row": row, "nama": pd.Series(name, dtype="str"), "tahun": year.to_numpy()})


def link(job: Job, watch: Stopwatch) -> tuple[pa.Table, pa.Table, Links]:
    """Read both files, bring them to features (that is cleaning), then block, compare, learn and assign."""
    left, right = read_pair(job)
    watch.lap("read")
    declared = Path(__file__).with_name(f"{job.kind}.yaml").read_text(encoding="utf-8")
    spec = LinkageSpec.model_validate(yaml.safe_load(declared))
    features = build_features(spec, side(job.kind, left), side(job.kind, right))
    ids = np.concatenate([t["id"].to_numpy(zero_copy_only=False) for t in (left, right)]).astype(object)
    watch.cleaned()
    found = link_features(spec, features, content_order(features, ids))
    watch.lap("match")
    accepted = np.zeros(len(found.bits), dtype=np.bool_)
    accepted[found.chosen[found.probability[found.chosen] >= MatchingSettings().match]] = True
    pairs = found.candidates
    rows = (pairs.left.astype(np.int64), pairs.right.astype(np.int64) - features.n_left)
    return left, right, Links(*rows, found.bits, accepted, found.probability)


if __name__ == "__main__":
    run_engine("padan", link)
