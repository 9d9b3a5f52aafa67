#!/usr/bin/env bash
# Stops what scripts/slurm/start.sh DIR has started: its jobs, then its daemons. When it returns they
# have ended, and nothing writes into DIR any more.
set -uo pipefail
dir=$(cd "$1" && pwd)
export SLURM_CONF="$dir/slurm.conf"
# within SECONDS COMMAND...: runs it again until it succeeds.
within() {
  local tries=$(($1 * 10))
  shift
  while ! "$@" && [ $((tries--)) -gt 0 ]; do sleep 0.1; done
}
no_jobs() { [ -z "$(squeue --noheader 2>/dev/null)" ]; }
# A daemon that has ended but was not waited for is a zombie; `kill -0` would call it alive.
ended() { ! grep -qs '^State:[[:space:]]*[^Z[:space:]]' "/proc/$1/status"; }

pids=()
for file in slurmd.pid slurmctld.pid munge/pid; do
  [ -f "$dir/$file" ] && pids+=("$(cat "$dir/$file")")
done
scancel --user="$(id -un)" 2>/dev/null && within 10 no_jobs
for pid in "${pids[@]}"; do
  kill "$pid" 2>/dev/null
  within 10 ended "$pid"
  kill -KILL "$pid" 2>/dev/null
done
exit 0
