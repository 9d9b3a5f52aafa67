import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** More than any configuration or manifest has: somebody else's file. */
const mostBytes = 2 ** 26;

/**
 * Whether a folder is what this program writes: a run's folder, or one that holds nothing but such folders, like `runs/`.
 * Its pictures and files are never data.
 */
export function isOutput(folder: string): boolean {
  if (isRun(folder)) return true;
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => !name.startsWith('.'));
  } catch {
    return false;
  }
  return names.length > 0 && names.every((name) => isRun(join(folder, name)));
}

/** A run that is under way, or that has begun once: by what its files hold, as others have files of these names too. */
function isRun(folder: string): boolean {
  const { token, place } = objectIn(join(folder, 'run.lock'));
  if (typeof token === 'string' && typeof place === 'string') return true;
  const { out, data } = objectIn(join(folder, 'config.json'));
  if (out === undefined || data === undefined) return false;
  const { version, versions, split } = objectIn(join(folder, 'manifest.json'));
  return version === 1 && typeof versions === 'object' && typeof split === 'object';
}

/** The JSON object in a file; empty where there is none. */
function objectIn(path: string): Record<string, unknown> {
  try {
    const status = statSync(path, { throwIfNoEntry: false });
    if (!status?.isFile() || status.size > mostBytes) return {};
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
