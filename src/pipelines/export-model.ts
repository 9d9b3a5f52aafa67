import { join } from 'node:path';
import { writeAtomic } from '../core/index.js';
import { saveWeights, toOnnx } from '../models/index.js';
import { ownVersion } from './manifest.js';
import { openTrained } from './trained.js';

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
 *   names stand in the metadata, normalisation is part of the network.
 * - `safetensors`: the weights alone, under torchvision's names where torchvision has the network.
 *
 * @returns the path written
 * @throws UserError `RUN_*`, `CHECKPOINT_*`
 */
export function exportModel({ run, format, out }: ExportModelOptions): string {
  const trained = openTrained(run, 'cpu');
  const { model, config, classes, channels, size, normalisation } = trained;
  const path = out ?? join(run, `model.${format}`);
  const metadata = {
    classes: JSON.stringify(classes),
    model: JSON.stringify(config.model),
    mean: JSON.stringify(normalisation.mean),
    std: JSON.stringify(normalisation.std),
  };
  try {
    if (format === 'safetensors') saveWeights(path, model, metadata);
    else
      writeAtomic(
        path,
        toOnnx({
          model,
          forward: (x) => model.forward(x).task,
          channels,
          ...size,
          normalisation,
          outputName: 'logits',
          metadata,
          version: ownVersion(),
        }),
      );
  } finally {
    model.free();
  }
  return path;
}
