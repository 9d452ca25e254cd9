"""The order of the steps; the only package that knows Prefect."""
