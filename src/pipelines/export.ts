import { toAlbumentations, toTorchvision, type SubsetOfTransforms } from '../augment/index.js';
import { policyFileSchema, readRunFile } from '../config/index.js';
import { writeAtomic } from '../core/index.js';
import { requireLearned } from './run-kind.js';

export interface ExportOptions {
  /** Run folder. */
  readonly run: string;
  readonly format: 'albumentations' | 'torchvision' | 'json';
  readonly set: 'safe' | 'safe-v2';
  /** Also written there. */
  readonly out?: string;
}

/**
 * A run's policy for another tool, as text.
 *
 * @throws UserError `RUN_INCOMPLETE`, `RUN_KIND`, `RUN_DAMAGED`, `EXPORT_UNKNOWN`
 */
export function exportPolicy({ run, format, set, out }: ExportOptions): string {
  requireLearned(run, 'its network is written with --format onnx or safetensors');
  const file = readRunFile(run, 'policy', policyFileSchema);
  const policy = (set === 'safe' ? file.safe : file.safeV2) as SubsetOfTransforms;
  const size = { height: file.height, width: file.width };
  const text =
    format === 'torchvision'
      ? toTorchvision(policy, size)
      : `${JSON.stringify(format === 'json' ? { version: 1, ...size, ...policy } : toAlbumentations(policy, size), null, 2)}\n`;
  if (out !== undefined) writeAtomic(out, text);
  return text;
}
