import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { manifestSchema, readRunFile, runFiles } from '../files/index.js';
import type { Launch } from './launch.js';

/** Whether this start follows one that failed, and the run in a folder is what that one has begun: it goes on. */
export function goesOn(out: string, { restarts, id }: Pick<Launch, 'restarts' | 'id'>): boolean {
  if (restarts === 0 || id === '' || !existsSync(join(out, runFiles.config))) return false;
  return readRunFile(out, 'manifest', manifestSchema).processes?.launch === id;
}
