#!/usr/bin/env bash
# Starts a Slurm of its own on this machine, one node, for trying `compare --engine slurm` and for its test:
#   scripts/slurm/start.sh DIR      then: export SLURM_CONF=DIR/slurm.conf
#   scripts/slurm/stop.sh DIR
# Needs root, and Debian's slurm-wlm, which it installs where it is missing. Nothing outside DIR is
# configured. Exit code 3: Slurm cannot be had here.
set -euo pipefail
dir=$(mkdir -p "$1" && cd "$1" && pwd)
[ "$(id -u)" = 0 ] || { echo "Slurm's daemons need root." >&2; exit 3; }

if ! command -v slurmctld slurmd munged >/dev/null; then
  command -v apt-get >/dev/null || { echo "Install slurm-wlm and munge first." >&2; exit 3; }
  export DEBIAN_FRONTEND=noninteractive
  (apt-get install -y --no-install-recommends slurm-wlm munge ||
    { apt-get update && apt-get install -y --no-install-recommends slurm-wlm munge; }) \
    >"$dir/install.log" 2>&1 || { tail -5 "$dir/install.log" >&2; exit 3; }
fi

# Two ports that nobody uses.
base=$((20000 + RANDOM % 20000))
while ss -ltn 2>/dev/null | grep -qE ":($base|$((base + 1))) "; do base=$((base + 2)); done
host=$(hostname -s)
cpus=$(nproc)

mkdir -p "$dir/state" "$dir/spool" "$dir/munge"
chmod 0700 "$dir/munge"
head -c 128 /dev/urandom >"$dir/munge/key"
chmod 0400 "$dir/munge/key"
munged --force --key-file="$dir/munge/key" --socket="$dir/munge/socket" \
  --pid-file="$dir/munge/pid" --log-file="$dir/munge/log" --seed-file="$dir/munge/seed" 2>"$dir/munge/started"

cat >"$dir/slurm.conf" <<CONF
ClusterName=safe-augment
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmctldPort=$base
SlurmdPort=$((base + 1))
AuthType=auth/munge
# A requeued job waits until its credentials have run out: two minutes unless told otherwise.
AuthInfo=socket=$dir/munge/socket,cred_expire=10
CredType=cred/munge
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool
SlurmctldPidFile=$dir/slurmctld.pid
SlurmdPidFile=$dir/slurmd.pid
SlurmctldLogFile=$dir/slurmctld.log
SlurmdLogFile=$dir/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
JobRequeue=1
KillWait=5
MinJobAge=5
SchedulerType=sched/backfill
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
NodeName=$host NodeAddr=127.0.0.1 CPUs=$cpus State=UNKNOWN
PartitionName=test Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF

export SLURM_CONF="$dir/slurm.conf"
slurmctld
slurmd
for _ in $(seq 60); do
  if sinfo --noheader --format=%t 2>/dev/null | grep -q idle; then exit 0; fi
  sleep 0.5
done
echo "Slurm did not start:" >&2
tail -5 "$dir/slurmctld.log" "$dir/slurmd.log" >&2
exit 1
