import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { toAlbumentations, toTorchvision, type SubsetOfTransforms } from '../augment/index.js';
import { policyFileSchema, readRunFile, readSettings, runFiles } from '../config/index.js';
import { UserError, writeAtomic } from '../core/index.js';

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
  requireLearned(run);
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

/** @throws UserError `RUN_KIND` for a training, which has a network and no policy of its own */
function requireLearned(run: string): void {
  const path = join(run, runFiles.config);
  if (!existsSync(path) || readSettings(path).command !== 'train') return;
  throw new UserError('RUN_KIND', 'This run has learned no policy.', {
    where: run,
    expected: 'the run folder of a learn',
    got: 'that of a train',
    remedy: 'its network is written with --format onnx or safetensors',
  });
}
