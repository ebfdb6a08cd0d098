#!/usr/bin/env bash
# Qwen3-VL-8B, all weights, on one node of eight cards of 80 GB:
#   scripts/cluster/eight_gpus.sh MODEL DATA WORLD [--dry-run] [name=value …]
set -euo pipefail
config=eight-gpus
source "$(dirname "$0")/launch.sh"
