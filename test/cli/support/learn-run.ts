import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { selection } from '../../report/small-run.js';

/** What `compare` takes of a learn run: its sets and its verdicts. */
export function learnRun(folder: string, name: string, safe: string[], safeV2: string[]): string {
  const run = join(folder, name);
  mkdirSync(run, { recursive: true });
  const subset = (names: string[]) => ({
    size: Math.min(3, names.length),
    p: 0.5,
    restore: 'reflect',
    transforms: names.map((each) => ({ name: each })),
  });
  const policy = {
    version: 1,
    data: 'images',
    height: 32,
    width: 32,
    safe: subset(safe),
    safeV2: subset(safeV2),
  };
  writeFileSync(join(run, 'policy.json'), JSON.stringify(policy));
  writeFileSync(join(run, 'selection.json'), JSON.stringify({ ...selection, safe, safeV2 }));
  return name;
}
