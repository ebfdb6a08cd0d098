"""The page of `searchvl demo`: ask, play, watch and compare, on this machine alone."""
