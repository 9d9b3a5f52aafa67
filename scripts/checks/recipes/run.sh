#!/usr/bin/env bash
# scripts/checks/recipes/run.sh FOLDER [REPOSITORIES]
#   Installs the packages of requirements.txt into FOLDER (some 100 MB, nothing they depend on), and compares the tables of
#   src/recipes with their source: fails where a default differs. REPOSITORIES holds checkouts of the tools' repositories, whose files
#   the packages lack (timm/train.py, torchvision/references/..., keras/examples/...); without it these are named as not compared.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
packages=${1:?a folder for the packages}
python3 -m pip install --quiet --no-deps --disable-pip-version-check --target "$packages" --upgrade \
  --requirement "$here/requirements.txt"
node "$here/dump.mjs" | python3 "$here/compare.py" "$packages" ${2:+"$2"}
