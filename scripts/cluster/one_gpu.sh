#!/usr/bin/env bash
# Qwen3-VL-2B with LoRA on one card of 80 GB. Everything after the three paths goes to the launcher:
#   scripts/cluster/one_gpu.sh MODEL DATA WORLD [--dry-run] [name=value …]
# DATA holds train.parquet and validation.parquet (python -m algos.verl_adapter.dataset).
set -euo pipefail
config=one-gpu
source "$(dirname "$0")/launch.sh"
