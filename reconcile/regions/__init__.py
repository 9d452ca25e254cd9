"""One village key for two code systems and their editions.

The key is the current dotted Kemendagri code. The code system of an input is *declared*: 35 BPS village codes
of Kalimantan Timur are also valid undotted Kemendagri codes, each of another village, and four kabupaten
codes mean different kabupaten, so digits tell nothing. What can be tell-tale is a whole file: codes that
resolve to other names than those written beside them, but would agree in the other system.

``register`` is what everything is looked up in, made from ``bridging`` (pairs of both systems) and
``recodes`` (dead codes); ``codes`` and ``names`` look up; ``lists`` checks the reference lists.
"""

from reconcile.regions.codes import code_households, contradicted_system, resolve_codes
from reconcile.regions.names import match_listed_names, match_names, resolve_names
from reconcile.regions.register import Register, build_register

__all__ = [
    "Register",
    "build_register",
    "code_households",
    "contradicted_system",
    "match_listed_names",
    "match_names",
    "resolve_codes",
    "resolve_names",
]
