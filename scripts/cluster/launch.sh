# Sourced by the scripts beside it, which set `config`.
if [ $# -lt 3 ]; then
  echo "usage: $0 MODEL DATA WORLD [--dry-run] [name=value …]" >&2
  exit 2
fi
model=$1 data=$2 world=$3
shift 3
exec "${PYTHON:-python}" -m algos.verl_adapter.launch "$config" \
  "actor_rollout_ref.model.path=$model" \
  "data.train_files=$data/train.parquet" \
  "data.val_files=$data/validation.parquet" \
  "searchvl.world=$world" "$@"
