#!/usr/bin/env bash
# Installs the two packages in a bare Debian without a compiler, Python, libtorch or network, and learns there.
#   scripts/checks/bare-root.sh DIR [PACKAGES]     as root, with debootstrap and npm
#     DIR: where the system is put up (kept: a second call goes faster); PACKAGES: the folder that `npm run package` wrote
#   BASE: a bare system that is there already; DEBIAN_MIRROR: where debootstrap gets one; BUDGET: of the run, default 150s
# npm has no network there: the packages of others come from a cache that the same installation fills outside first.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
dir=$(mkdir -p "${1:?usage: bare-root.sh DIR [PACKAGES]}" && cd "$1" && pwd)
packages=$(cd "${2:-$root/packages}" && pwd)
base=${BASE:-$dir/base}
budget=${BUDGET:-150s}
bare=$dir/bare
program=$(ls "$packages"/safe-augment-[0-9]*.tgz)
engine=$(ls "$packages"/safe-augment-engine-linux-*.tgz)
ls -l "$program" "$engine"

[ -x "$base/bin/sh" ] || debootstrap --variant=minbase bookworm "$base" ${DEBIAN_MIRROR:-} > "$dir/debootstrap.log"
rm -rf "$bare" && cp -a "$base" "$bare"

# The same installation outside fills npm's cache.
rm -rf "$dir/outside" && mkdir -p "$dir/outside" "$bare/home/user"
(cd "$dir/outside" && npm init -y > /dev/null && npm install --cache "$dir/cache" --no-audit --no-fund --loglevel=error \
  "$program" "$engine" > /dev/null)
cp -a "$dir/cache" "$bare/npm-cache"

# Node and npm as their archive has them: one binary and one folder.
node=$(readlink -f "$(command -v node)")
npm=$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")
install -D "$node" "$bare/usr/local/bin/node"
mkdir -p "$bare/usr/local/lib/node_modules" && cp -a "$npm" "$bare/usr/local/lib/node_modules/npm"
for each in npm npx; do ln -sf "../lib/node_modules/npm/bin/$each-cli.js" "$bare/usr/local/bin/$each"; done
cp "$program" "$engine" "$bare/home/user/"
# Four hundred images of two classes, enlarged when they are read: the network for photographs starts from the package's weights.
mkdir "$bare/home/user/images"
cp -r "$root"/examples/cifar10-mini/train/{automobile,frog} "$bare/home/user/images"

# in_bare COMMAND: in the bare system, without network.
in_bare() {
  unshare --net --mount --pid --fork sh -c 'mount -t proc proc "$0/proc" && exec chroot "$0" /usr/bin/env -i \
    PATH=/usr/local/bin:/usr/bin:/bin HOME=/home/user npm_config_registry="$1" npm_config_cache=/npm-cache \
    npm_config_offline=true npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false \
    sh -c "cd /home/user && $2"' "$bare" "$(npm config get registry)" "$1"
}
failed=0
# check WHAT COMMAND
check() {
  local begun=$SECONDS
  if in_bare "$2"; then echo "ok: $1 ($((SECONDS - begun)) s)"; else echo "FAILED: $1"; failed=1; fi
}
echo "== a bare system: $(in_bare 'cat /etc/debian_version'), $(in_bare 'node --version')"
check 'no compiler, Python, libtorch or network' \
  '! command -v cc c++ g++ clang python3 && ! ls /usr/lib/*-linux-gnu/libtorch* /usr/lib/*-linux-gnu/libgomp* 2> /dev/null && ! grep -v "^ *lo:" /proc/net/dev | grep :'
check 'npm install of the two files' 'npm init -y > /dev/null && npm install ./safe-augment-*.tgz'
check 'doctor finds everything needed' 'npx safe-augment doctor'
check 'learn ends within three minutes' "timeout 180 npx safe-augment learn images --size 64 --budget $budget --out runs/images"
check 'and gives verdicts' \
  'node -e "const { status, augmentations } = JSON.parse(fs.readFileSync(\"runs/images/selection.json\")); const decided = augmentations.filter(({ verdict }) => verdict !== \"undecided\"); console.log(status, decided.length, \"of\", augmentations.length, \"decided\"); process.exitCode = decided.length > 0 ? 0 : 1"'
check 'without the engine, doctor names the command' \
  'rm -r node_modules/safe-augment-engine-*; npx safe-augment doctor > doctor.txt; [ $? = 1 ] && grep "npm install safe-augment-engine-linux-" doctor.txt'
exit $failed
