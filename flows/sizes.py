"""Amounts of memory as they are written on the command line."""

import click

GB = 1_000_000_000
_UNITS = {"MB": 1_000_000, "MIB": 1 << 20, "GB": GB, "GIB": 1 << 30}


class Size(click.ParamType[int]):
    """An amount of memory: ``4GB``, ``3.5GB``, ``800MB``, ``4GiB``."""

    name = "size"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the bytes."""
        if isinstance(value, int):
            return value
        written = str(value).replace(" ", "").replace(",", ".").upper()
        unit = next((name for name in _UNITS if written.endswith(name)), "")
        try:
            size = int(float(written.removesuffix(unit)) * _UNITS[unit])
        except (KeyError, ValueError, OverflowError):
            size = 0
        if size <= 0:
            self.fail(str(value), param, ctx)
        return size
