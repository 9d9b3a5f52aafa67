import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The command line that trains one arm of a comparison, for another process or machine. */
export function armCommand(out: string, task: string): string[] {
  return [process.execPath, programFile(), 'arm', resolve(out), task];
}

/** bin/safe-augment.mjs of this package. */
function programFile(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) && folder !== dirname(folder))
    folder = dirname(folder);
  return join(folder, 'bin', 'safe-augment.mjs');
}
