import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Size } from '../../image/types.js';
import { PixelStore } from '../pixel-store.js';
import { canMap, createMapped } from './file-map.js';
import { dropStale } from './folder.js';

/** Smaller data are decoded in a moment and lie in memory: the cache is not worth its files. */
const leastBytes = 2 ** 24;

/** Where images are decoded into: files of the cache once they are many, shared memory otherwise. */
export class Place {
  private readonly files: string[] = [];

  constructor(private readonly folder: string | undefined) {}

  /** True where these stores lie in files, not in memory. */
  isFile(count: number, size: Size): boolean {
    return (
      this.folder !== undefined && canMap() && count * size.width * size.height * 3 >= leastBytes
    );
  }

  allocate(count: number, size: Size, channels: 1 | 3): PixelStore {
    const { folder } = this;
    if (folder === undefined || !this.isFile(count, size))
      return PixelStore.allocate(count, size, channels);
    try {
      mkdirSync(folder, { recursive: true });
      dropStale(folder);
      const path = join(folder, `${process.pid}-${this.files.length}-${Date.now()}.tmp`);
      const memory = createMapped(path, count * size.width * size.height * channels);
      this.files.push(path);
      return new PixelStore({ buffer: { path }, size, channels, count }, memory);
    } catch {
      // No right to write there, or no room: as without a cache.
      return PixelStore.allocate(count, size, channels);
    }
  }

  /** Gives a store its name in the cache. Stores in memory stay there. */
  keep(store: PixelStore, name: string): PixelStore {
    const { buffer } = store;
    if (!('path' in buffer) || this.folder === undefined) return store;
    const path = join(this.folder, name);
    renameSync(buffer.path, path);
    this.files.splice(this.files.indexOf(buffer.path), 1);
    return new PixelStore({ ...store.handle(), buffer: { path } });
  }

  /** Removes what has not been kept. */
  drop(): void {
    for (const file of this.files.splice(0)) rmSync(file, { force: true });
  }
}
