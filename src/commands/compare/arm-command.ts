import { join, resolve } from 'node:path';
import { packageRoot } from '../../core/index.js';

/** The command line that trains one arm of a comparison, for another process or machine. */
export function armCommand(out: string, task: string): string[] {
  const program = join(packageRoot(), 'bin', 'safe-augment.mjs');
  return [process.execPath, program, 'arm', resolve(out), task];
}
