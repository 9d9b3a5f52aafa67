import { parse } from 'csv-parse/sync';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { manifestSchema, readRunFile, runFiles, type RunHooks } from '../../run/files/index.js';
import type { PreparedData } from '../../run/prepare.js';

const rowSchema = z.array(z.object({ file: z.string(), part: z.string() }));

/**
 * Warns where images that are tested on here took part in another run on the same data: its figures on them are then
 * no test. Runs of earlier versions set no test images aside.
 *
 * @param source the run that verdicts or weights are taken from; null: none
 */
export function warnOfTested(
  source: string | null,
  { data, split }: Pick<PreparedData, 'data' | 'split'>,
  hooks: RunHooks,
): void {
  if (source === null || !existsSync(join(source, runFiles.manifest))) return;
  const { fingerprint } = readRunFile(source, 'manifest', manifestSchema).data;
  if (fingerprint !== data.fingerprint) return;
  const used = usedIn(source);
  const count =
    used === null ? 0 : [...split.test].filter((i) => used.has(data.items[i].name)).length;
  if (count > 0)
    hooks.onEvent({
      type: 'warning',
      code: 'TEST_USED',
      message: `${count} of the ${split.test.length} test images took part in ${source}: the figures on them are no test of what was taken from there; learn again with this version, or with the same testShare`,
    });
}

/** The images that a run has trained on or decided by; null where it does not say. */
function usedIn(run: string): Set<string> | null {
  const table = join(run, runFiles.parts);
  if (!existsSync(table)) return null;
  const rows = rowSchema.safeParse(parse(readFileSync(table), { columns: true }));
  if (!rows.success) return null;
  return new Set(
    rows.data.filter(({ part }) => part !== 'test' && part !== '').map(({ file }) => file),
  );
}
