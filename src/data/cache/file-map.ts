import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { findEnginePackage, InternalError, packageRoot } from '../../core/index.js';

interface Addon {
  map(path: string, bytes: number, create: boolean): ArrayBuffer;
}

let addon: Addon | null | undefined;

/** The addon native/map, built here or out of the platform package; null where there is neither or it does not load. */
function loaded(): Addon | null {
  if (addon !== undefined) return addon;
  try {
    const built = join(packageRoot(), 'native/build/map/file_map.node');
    const file = existsSync(built)
      ? built
      : join(findEnginePackage()?.folder ?? '', 'file_map.node');
    addon = createRequire(import.meta.url)(file) as Addon;
  } catch {
    addon = null;
  }
  return addon;
}

/** Whether files can be mapped here; otherwise they are read. */
export function canMap(): boolean {
  return loaded() !== null;
}

/**
 * The first `bytes` bytes of a file as memory that the system pages in and out. Writing to it changes
 * nothing in the file. Where files cannot be mapped it is read instead.
 *
 * @throws errors with the file system's codes; EIO for a file that is too short
 */
export function mapFile(path: string, bytes: number): ArrayBuffer | SharedArrayBuffer {
  return loaded()?.map(path, bytes, false) ?? readWhole(path, bytes);
}

/** A new file of `bytes` bytes, written through what is returned. @throws errors such as ENOSPC */
export function createMapped(path: string, bytes: number): ArrayBuffer {
  const native = loaded();
  if (native === null) throw new InternalError('createMapped: files cannot be mapped here');
  return native.map(path, bytes, true);
}

/** At most 2 GiB at once: what one read may give. */
const mostAtOnce = 2 ** 30;

function readWhole(path: string, bytes: number): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(bytes);
  const file = openSync(path, 'r');
  try {
    for (let done = 0; done < bytes;) {
      const view = new Uint8Array(buffer, done, Math.min(mostAtOnce, bytes - done));
      const n = readSync(file, view, 0, view.length, done);
      if (n === 0) throw Object.assign(new Error(`${path} is too short`), { code: 'EIO' });
      done += n;
    }
  } finally {
    closeSync(file);
  }
  return buffer;
}
