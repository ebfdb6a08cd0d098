#!/usr/bin/env bash
# The paper's settings on eight nodes of eight cards, under Slurm:
#   sbatch --nodes=8 --gpus-per-node=8 scripts/cluster/paper.sh MODEL DATA WORLD [name=value …]
# MODEL, DATA and WORLD must be readable on every node. Without Slurm, or with --dry-run, nothing is
# started but the launcher: start Ray by hand and set RAY_ADDRESS.
#SBATCH --job-name=searchvl-paper
#SBATCH --ntasks-per-node=1
#SBATCH --exclusive
set -euo pipefail
config=paper
# Slurm runs a copy of this script, so its folder is told by where the job was sent from.
here="${SLURM_SUBMIT_DIR:+$SLURM_SUBMIT_DIR/scripts/cluster}"
here="${here:-$(dirname "$0")}"
case " $* " in *" --dry-run "*) dry=yes ;; *) dry=no ;; esac
if [ -n "${SLURM_JOB_NODELIST:-}" ] && [ "$dry" = no ]; then
  nodes=($(scontrol show hostnames "$SLURM_JOB_NODELIST"))
  head=${nodes[0]} port=6379
  address="$(srun --nodes=1 --ntasks=1 -w "$head" hostname --ip-address | awk '{print $1}'):$port"
  srun --nodes=1 --ntasks=1 -w "$head" ray start --head --port="$port" --block &
  sleep 20
  for node in "${nodes[@]:1}"; do
    srun --nodes=1 --ntasks=1 -w "$node" ray start --address="$address" --block &
  done
  sleep 20
  export RAY_ADDRESS=$address
fi
source "$here/launch.sh"
