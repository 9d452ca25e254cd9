"""What steps keep comes back the same, to the type of each column."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from pydantic import BaseModel, ConfigDict
from shapely import Point

from flows.codec import pack, unpack
from reconcile.sources.spec import SourceSpec, load_source


class Colour(StrEnum):
    RED = "merah"


class Settings(BaseModel):
    model_config = ConfigDict(frozen=True)

    day: date
    share: float


@dataclass(frozen=True)
class Whole:
    table: pd.DataFrame
    by_colour: Mapping[Colour, pd.Series]
    places: gpd.GeoDataFrame
    settings: Settings
    spec: SourceSpec
    days: tuple[date, ...]
    pair: tuple[str, int]
    codes: frozenset[str]
    where: Path
    perhaps: pd.DataFrame | None
    moment: pd.Timestamp
    shares: Mapping[str, tuple[float, ...]]


def stored(folder: Path) -> tuple[Callable[[pd.DataFrame], str], Callable[[str, bool], pd.DataFrame]]:
    def save(frame: pd.DataFrame) -> str:
        name = f"{len(list(folder.iterdir()))}.parquet"
        frame.to_parquet(folder / name)
        return name

    def read(name: str, geo: bool) -> pd.DataFrame:
        return gpd.read_parquet(folder / name) if geo else pd.read_parquet(folder / name)

    return save, read


def test_a_result_comes_back_the_same(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {
            "text": pd.Series(["a", None, ""], dtype="str"),
            "whole": pd.Series([1, None, 3], dtype="Int64"),
            "number": pd.Series([0.1, None, -0.0], dtype="Float64"),
            "yesno": pd.Series([True, None, False], dtype="boolean"),
            "day": pd.Series(["2026-03-31", None, "1899-01-01"]).astype("datetime64[s]"),
            "words": pd.Categorical(["b", None, "a"], categories=pd.Index(["a", "b"], dtype="str")),
            "place": np.array([0, -1, 2], dtype=np.int32),
        }
    )
    series = pd.Series(["x", "y"], index=pd.Index(["64.01", "64.02"], dtype="str"), dtype="str")
    whole = Whole(
        table=table,
        by_colour={Colour.RED: series},
        places=gpd.GeoDataFrame({"kode": ["a"]}, geometry=[Point(0.1, 0.2)], crs="EPSG:4326"),
        settings=Settings(day=date(2026, 3, 31), share=0.1),
        spec=load_source("p3ke_families_2023"),
        days=(date(2026, 1, 1),),
        pair=("a", 1),
        codes=frozenset({"b", "a"}),
        where=Path("data/raw"),
        perhaps=None,
        moment=pd.Timestamp("2026-01-01"),
        shares={"b": (0.1, 2 / 3), "a": ()},
    )
    save, read = stored(tmp_path)
    back = unpack(pack(whole, save), Whole, read)
    pd.testing.assert_frame_equal(back.table, table, check_exact=True)
    pd.testing.assert_series_equal(back.by_colour[Colour.RED], series, check_index_type=True)
    assert back.by_colour[Colour.RED].name is None
    assert back.places.crs == whole.places.crs
    assert back.places.geometry.geom_equals_exact(whole.places.geometry, 0).all()
    rest = [name for name in vars(whole) if name not in {"table", "by_colour", "places"}]
    assert [getattr(back, name) for name in rest] == [getattr(whole, name) for name in rest]
    assert list(back.shares) == ["b", "a"]


@pytest.mark.parametrize("value", [object(), {"a": object()}, (print,)])
def test_what_has_no_form_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="cannot be kept"):
        pack(value, lambda _: "")


def test_a_type_without_form_is_refused() -> None:
    with pytest.raises(TypeError, match="cannot be kept"):
        unpack([], Callable[[], int], lambda _name, _geo: pd.DataFrame())


@dataclass(frozen=True)
class Two:
    big: pd.DataFrame
    small: Mapping[str, pd.DataFrame]
    count: int


def test_a_table_is_read_when_it_is_asked_for(tmp_path: Path) -> None:
    save, read = stored(tmp_path)
    asked: list[str] = []

    def told(name: str, geo: bool) -> pd.DataFrame:
        asked.append(name)
        return read(name, geo)

    one = pd.DataFrame({"a": [1, 2]})
    two = unpack(pack(Two(one, {"b": one.head(1)}, 3), save), Two, told)
    assert isinstance(two, Two)
    assert (two.count, asked) == (3, [])
    pd.testing.assert_frame_equal(two.big, one)
    assert two.big is two.big
    assert len(asked) == 1
    assert len(two.small["b"]) == 1
    with pytest.raises(AttributeError):
        _ = two.other
