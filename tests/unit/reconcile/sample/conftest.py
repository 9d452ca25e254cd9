"""The population of the sample's tests, made once."""

import pytest
from sample_world import UNHARMED, World, make_world

from reconcile.sample.extract import Extract
from reconcile.sample.population import Side
from reconcile.sample.rates import BPS_RATES, P3KE_RATES, DamageRates


@pytest.fixture(scope="session")
def world() -> World:
    return make_world()


@pytest.fixture(scope="session")
def p3ke(world: World) -> Extract:
    return world.written(Side.P3KE, P3KE_RATES)


@pytest.fixture(scope="session")
def bps(world: World) -> Extract:
    return world.written(Side.BPS, BPS_RATES)


@pytest.fixture(scope="session")
def unharmed() -> DamageRates:
    return UNHARMED
