"""The whole curation as a run: shards by any number of workers, resumed, merged."""
