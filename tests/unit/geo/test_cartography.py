import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from geo.cartography import Bounds, decimal, frame, labels, scale_of, whole
from reconcile.vocab import Language

ID, EN = Language.INDONESIAN, Language.ENGLISH


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (whole(1234567, ID), "1.234.567"),
        (whole(1234567, EN), "1,234,567"),
        (whole(12, ID), "12"),
        (decimal(58.57, ID), "58,6"),
        (decimal(58.57, EN), "58.6"),
    ],
)
def test_numbers_as_the_language_writes_them(written: str, expected: str) -> None:
    assert written == expected


def sheet() -> tuple[Figure, object]:
    figure = Figure(figsize=(10, 5))
    FigureCanvasAgg(figure)
    return figure, figure.add_axes((0, 0, 1, 1))


@pytest.mark.parametrize("content", [Bounds(0, 0, 100, 10), Bounds(0, 0, 10, 100), Bounds(5, 5, 5.1, 5.1)])
def test_the_frame_holds_all_at_one_scale_both_ways(content: Bounds) -> None:
    _, axes = sheet()
    seen = frame(axes, content)
    assert seen.width / seen.height == pytest.approx(2.0)
    assert seen.west < content.west < content.east < seen.east
    assert seen.south < content.south < content.north < seen.north


def test_scale_has_two_leading_digits() -> None:
    # 10 inches are 0.254 m
    assert scale_of(Bounds(0, 0, 254_000, 1), 10) == 1_000_000
    assert scale_of(Bounds(0, 0, 891_000, 1), 10) == 3_500_000


def test_a_name_that_would_lie_over_another_is_left_out() -> None:
    figure, axes = sheet()
    frame(axes, Bounds(0, 0, 100, 50))
    labels(figure, axes, [("besar", (20, 20)), ("kecil", (20.5, 20)), ("jauh", (70, 40))], size=8)
    assert [text.get_text() for text in axes.texts] == ["besar", "jauh"]  # type: ignore[attr-defined]
