import type { Manifest } from './files/index.js';
import { UserError } from '../core/index.js';
import type { Dataset } from '../data/index.js';

/** @throws UserError `DATA_CHANGED` where the images are not those that a run was started with */
export function sameData(config: { data: string }, manifest: Manifest, data: Dataset): void {
  if (manifest.data.fingerprint === data.fingerprint) return;
  throw new UserError('DATA_CHANGED', 'The images are not those the run was started with.', {
    where: config.data,
    expected: `fingerprint ${manifest.data.fingerprint.slice(0, 12)}`,
    got: data.fingerprint.slice(0, 12),
    remedy: 'restore the images, or start anew with --overwrite',
  });
}
