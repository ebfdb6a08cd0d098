"""A curated set at a glance, as one page."""
