"""A package of its own name: frameworks that tests need ship one called `tests` as well."""
