#!/usr/bin/env bash
# Stops what scripts/slurm/start.sh DIR has started: its jobs, then its daemons.
set -uo pipefail
dir=$(cd "$1" && pwd)
export SLURM_CONF="$dir/slurm.conf"
scancel --user="$(id -un)" 2>/dev/null
for file in slurmd.pid slurmctld.pid munge/pid; do
  [ -f "$dir/$file" ] && kill "$(cat "$dir/$file")" 2>/dev/null
done
exit 0
