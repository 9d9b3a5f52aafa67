import { join } from 'node:path';
import { exportAlbumentations, parsePolicy, toTorchvision } from '../augment/index.js';
import type { LearnedPolicy } from '../config/index.js';
import { packageVersion, writeAtomic } from '../core/index.js';
import { saveWeights, toOnnx } from '../models/index.js';
import {
  policyFileSchema,
  readRunFile,
  refuseRunFiles,
  requireLearned,
  setIn,
} from '../run/files/index.js';
import { openTrained } from '../run/trained.js';

export interface ExportPolicyOptions {
  /** Run folder. */
  readonly run: string;
  readonly format: 'albumentations' | 'torchvision' | 'json';
  readonly set: LearnedPolicy;
  /** Also written there. */
  readonly out?: string;
}

/**
 * A run's policy for another tool, as text.
 *
 * @throws UserError `RUN_INCOMPLETE`, `RUN_KIND`, `RUN_DAMAGED`, `OUTPUT_IN_RUN`, `POLICY_OLD`
 */
export function exportPolicy({ run, format, set, out }: ExportPolicyOptions): string {
  requireLearned(run, 'use --format onnx or safetensors for its network');
  if (out !== undefined) refuseRunFiles([out]);
  const file = readRunFile(run, 'policy', policyFileSchema);
  // Other tools know no phases: of the recommended ones the first, which is nearly all of the training.
  const policy =
    set === 'recommended' ? parsePolicy(setIn(file, set, run).policy) : setIn(file, set, run);
  const size = { height: file.height, width: file.width };
  const plain = 'root' in policy ? policy : { version: 1, ...size, ...policy };
  const text =
    format === 'torchvision'
      ? toTorchvision(policy, size)
      : `${JSON.stringify(format === 'json' ? plain : exportAlbumentations(policy, size).file, null, 2)}\n`;
  if (out !== undefined) writeAtomic(out, text);
  return text;
}

export interface ExportModelOptions {
  /** Run folder of a `train`. */
  readonly run: string;
  readonly format: 'onnx' | 'safetensors';
  /** Default: `model.onnx` or `model.safetensors` in the run folder. */
  readonly out?: string;
}

/**
 * Writes a run's network for other programs.
 *
 * - `onnx`: input `images`, float32 `[N,3,H,W]`, RGB in [0, 1]; output `logits`, `[N,classes]`. Class
 *   names are in the metadata, and how images came to H and W (`fit`), for masks with the value of each class in the mask files (`values`, or `colours`); the network includes
 *   the normalisation.
 * - `safetensors`: the weights alone, under torchvision's names where torchvision has the network.
 *
 * @returns the path written
 * @throws UserError `RUN_*`, `CHECKPOINT_*`, `OUTPUT_IN_RUN`
 */
export function exportModel({ run, format, out }: ExportModelOptions): string {
  const path = out ?? join(run, `model.${format}`);
  refuseRunFiles([path]);
  const trained = openTrained(run, 'cpu');
  const { model, config, manifest, classes, channels, size, fit, normalisation } = trained;
  const { values, colours, coloured = false } = manifest.data.segmentation ?? {};
  const metadata = {
    classes: JSON.stringify(classes),
    ...(values && !coloured && { values: JSON.stringify(values) }),
    ...(coloured && { colours: JSON.stringify(colours) }),
    model: JSON.stringify(config.model),
    fit,
    mean: JSON.stringify(normalisation.mean),
    std: JSON.stringify(normalisation.std),
  };
  try {
    if (format === 'safetensors') saveWeights(path, model, metadata);
    else
      writeAtomic(
        path,
        toOnnx({
          model: model.setPrecision('float32'),
          forward: (x) => model.forward(x).task,
          channels,
          ...size,
          normalisation,
          outputName: 'logits',
          metadata,
          version: packageVersion(),
        }),
      );
  } finally {
    model.free();
  }
  return path;
}
