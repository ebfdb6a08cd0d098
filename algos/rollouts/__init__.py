"""Episodes as a trainer has them: played in groups, scored, told as figures."""
