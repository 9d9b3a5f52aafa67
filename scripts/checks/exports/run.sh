#!/bin/sh
# scripts/checks/exports/run.sh FOLDER [PACKAGES]: runs every exported format with the real library, in environments below FOLDER
# (Python 3.11; 3 GB, or 8 with PyTorch). PACKAGES: site-packages of a Python 3.11 that has torch 2.11.0, to spare its download.
# The table that it prints stands in docs/export.md.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:?usage: run.sh FOLDER [PACKAGES]}
packages=${2:-}
mkdir -p "$folder"
node "$here/cases.mjs" "$folder/cases"
export NO_ALBUMENTATIONS_UPDATE=1 YOLO_CONFIG_DIR="$folder"

# run ENVIRONMENT FORMAT...: FORMATs in an environment with the packages of ENVIRONMENT.txt.
run() {
  environment=$1
  shift
  venv="$folder/$environment"
  if [ ! -f "$venv/complete" ]; then
    python3 -m venv "$venv"
    if [ -n "$packages" ] && [ "${environment#albumentations}" = "$environment" ]; then
      echo "$packages" > "$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/zz-torch.pth"
    fi
    "$venv/bin/pip" install --quiet --requirement "$here/$environment.txt"
    touch "$venv/complete"
  fi
  for format in "$@"; do "$venv/bin/python" "$here/check.py" "$folder/cases" "$format"; done
}

for release in 1.3.1 1.4.0 1.4.24 2.0.8; do run "albumentations-$release" albumentations albumentations-json; done
run torch torchvision timm ultralytics ultralytics_located keras kornia monai fastai
run autogluon autogluon
