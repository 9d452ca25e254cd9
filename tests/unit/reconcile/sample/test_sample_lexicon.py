import pytest

from reconcile.sample.columns import NONE
from reconcile.sample.lexicon import Lexicon, load_lexicon


def spellings(lexicon: Lexicon, word: str) -> set[str]:
    row = lexicon.variants[lexicon.place[word]]
    return {lexicon.words[int(number)].as_py() for number in row if number != NONE}


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("MUHAMMAD", {"M.", "MUH", "MOCHAMAD"}),
        ("SITI", {"ST.", "SITTI"}),
        ("DAENG", {"DG."}),
        ("YUSUF", {"YUSUP", "JUSUF"}),
        ("BUDI", {"BOEDI"}),  # old spelling of u
        ("JOKO", {"DJOKO"}),  # old spelling of j
        ("FADLI", {"PADLI"}),  # f is heard as p
        ("BATOQ", {"BATOK"}),  # final q of Dayak names
    ],
)
def test_a_word_has_the_spellings_that_clerks_use(word: str, expected: set[str]) -> None:
    assert expected <= spellings(load_lexicon(1), word)


def test_a_word_is_never_its_own_misspelling() -> None:
    lexicon = load_lexicon(1)
    for number in range(len(lexicon.variants)):
        assert number not in lexicon.variants[number]


def test_slips_differ_from_the_word_by_little() -> None:
    lexicon = load_lexicon(1)
    for number, slips in enumerate(lexicon.typos):
        word = lexicon.words[number].as_py()
        assert all(abs(len(lexicon.words[int(slip)].as_py()) - len(word)) <= 1 for slip in slips)


def test_slips_follow_the_seed_and_nothing_else() -> None:
    first, again, other = load_lexicon(1), load_lexicon(1), load_lexicon(2)
    assert first.words.equals(again.words)
    assert (first.typos == again.typos).all()
    assert not first.words.equals(other.words)


def test_every_tradition_of_the_region_is_there() -> None:
    assert set(load_lexicon(1).lists.budaya) == {"kutai", "banjar", "bugis", "jawa", "dayak", "umum"}


def test_words_are_written_as_on_an_identity_card() -> None:
    assert all(word == word.upper() and word.strip() for word in load_lexicon(3).words.to_pylist())
