import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  manifestSchema,
  readEvents,
  readRunFile,
  runFiles,
  samplesSchema,
  selectionSchema,
} from '../config/index.js';
import { writeAtomic } from '../core/index.js';
import { page } from './page.js';

/**
 * Writes a run's `report.html`, from the run folder alone.
 *
 * @returns its path
 * @throws UserError `RUN_INCOMPLETE`, `RUN_DAMAGED`
 */
export async function buildReport(run: string): Promise<string> {
  const selection = readRunFile(run, 'selection', selectionSchema);
  const manifest = readRunFile(run, 'manifest', manifestSchema);
  const drawn = existsSync(join(run, runFiles.samples));
  const samples = drawn ? readRunFile(run, 'samples', samplesSchema) : null;
  const path = join(run, runFiles.report);
  writeAtomic(path, page({ run, manifest, selection, samples, events: readEvents(run) }));
  return path;
}
