"""A small population and both registries' view of it."""

from dataclasses import dataclass, fields

import pandas as pd

from reconcile.sample.columns import generator
from reconcile.sample.damage import damage
from reconcile.sample.extract import Extract, observe
from reconcile.sample.lexicon import Lexicon, load_lexicon
from reconcile.sample.places import Places, invented_places
from reconcile.sample.population import Population, Side, populate
from reconcile.sample.rates import DamageRates

SEED = 64
UNHARMED = DamageRates(**{field.name: 0.0 for field in fields(DamageRates)})


@dataclass(frozen=True)
class World:
    places: Places
    lexicon: Lexicon
    population: Population

    @property
    def villages(self) -> pd.DataFrame:
        return self.places.villages

    def seen(self, side: Side, rates: DamageRates) -> Extract:
        return observe(self.population, side, rates, generator(SEED, 20))

    def written(self, side: Side, rates: DamageRates) -> Extract:
        return damage(self.seen(side, rates), rates, self.lexicon, self.villages, generator(SEED, 21))


def make_world() -> World:
    places, lexicon = invented_places(), load_lexicon(SEED)
    people = populate(count=1200, seed=SEED, villages=places.villages, lexicon=lexicon)
    return World(places, lexicon, people)
