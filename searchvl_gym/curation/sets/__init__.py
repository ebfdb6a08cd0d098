"""Stage 9: SFT and RL sets with disjoint anchors, their exports and their card."""
