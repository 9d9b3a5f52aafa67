import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Cores' worth of time that the control groups around this process leave it, as `cpu.max` says (cgroup v2, the kernel's
 * admin-guide/cgroup-v2.rst) or `cpu.cfs_quota_us` (v1).
 *
 * @param membership the file that names this process's groups
 * @param top where the groups' files are mounted
 * @returns null: no limit, or none that is known
 */
export function quotaOf(membership: string, top: string): number | null {
  const groups = read(membership)
    .split('\n')
    .map((line) => /^\d+:([^:]*):(.*)$/.exec(line))
    .filter((found) => found !== null);
  const quotas = groups.flatMap(([, controllers, path]) =>
    controllers === ''
      ? above(path).map((group) => fromMax(read(join(top, group, 'cpu.max'))))
      : controllers.split(',').includes('cpu')
        ? above(path).map((group) => fromCfs(join(top, controllers, group)))
        : [],
  );
  const known = quotas.filter((quota) => quota !== null);
  return known.length === 0 ? null : Math.min(...known);
}

/** A group and all above it. */
function above(path: string): string[] {
  return dirname(path) === path ? [path] : [path, ...above(dirname(path))];
}

/** `200000 100000`: microseconds of time in each period; `max 100000`: no limit. */
function fromMax(text: string): number | null {
  const [, quota, period] = /^(\d+) (\d+)/.exec(text) ?? [];
  return quota === undefined ? null : Number(quota) / Number(period);
}

function fromCfs(folder: string): number | null {
  const quota = Number(read(join(folder, 'cpu.cfs_quota_us')) || -1);
  const period = Number(read(join(folder, 'cpu.cfs_period_us')) || 0);
  return quota > 0 && period > 0 ? quota / period : null;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
