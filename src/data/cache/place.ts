import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { extname, join } from 'node:path';
import { ownMark, UserError } from '../../core/index.js';
import { sizeText } from '../../image/index.js';
import type { Size } from '../../image/image.js';
import { imagesPerBuffer, PixelStore, type MappedFile } from '../pixel-store.js';
import { canMap, createMapped } from './file-map.js';
import { dropStale } from './folder.js';

/** When images go into files, and how much into one. */
export interface PlaceLimits {
  /** Smaller data are decoded in a moment and lie in memory: the cache is not worth its files. Default 16 MiB. */
  readonly leastBytes?: number;
  /** Of a file, or of a buffer in memory. Default 2 GiB. */
  readonly mostBytes?: number;
}

/** Where images are decoded into: files of the cache once they are many, shared memory otherwise. */
export class Place {
  private readonly files: string[] = [];
  private inMemory = 0;
  private made = 0;

  constructor(
    private readonly folder: string | undefined,
    private readonly limits: PlaceLimits = {},
  ) {}

  /** @throws UserError `DATA_TOO_LARGE` where they have to lie in memory, and do not fit */
  allocate(count: number, size: Size, channels: 1 | 3): PixelStore {
    const { leastBytes = 2 ** 24 } = this.limits;
    // The masks of images that lie in files do so too.
    const bytesOfImages = count * size.width * size.height * 3;
    if (this.folder !== undefined && canMap() && bytesOfImages >= leastBytes)
      try {
        return this.inFiles(this.folder, count, size, channels);
      } catch {
        // No right to write there, or no room: as without a cache.
      }
    return this.allocateMemory(count, size, channels);
  }

  /** Gives a store its name in the cache, its pixels on the disk. Stores in memory stay there. */
  async keep(store: PixelStore, name: string): Promise<PixelStore> {
    if (this.folder === undefined || !('path' in store.buffer)) return store;
    const kept: MappedFile[] = [];
    for (const buffer of store.buffers) {
      if (!('path' in buffer)) return store;
      const path = join(this.folder, partName(name, kept.length));
      await sync(buffer.path);
      renameSync(buffer.path, path);
      this.files.splice(this.files.indexOf(buffer.path), 1);
      kept.push({ path });
    }
    const [buffer, ...further] = kept;
    return new PixelStore({ ...store.handle(), buffer, further });
  }

  /** Removes what has not been kept. */
  drop(): void {
    for (const file of this.files.splice(0)) rmSync(file, { force: true });
  }

  /** Reserves all the room at once. @throws the file system's errors, having removed what it made */
  private inFiles(folder: string, count: number, size: Size, channels: 1 | 3): PixelStore {
    mkdirSync(folder, { recursive: true });
    dropStale(folder);
    const perBuffer = imagesPerBuffer(size, channels, this.limits.mostBytes);
    const stride = size.width * size.height * channels;
    const before = this.files.length;
    try {
      const memory: ArrayBuffer[] = [];
      for (let done = 0; done < count; done += perBuffer) {
        const path = join(folder, `${ownMark()}-${this.made++}-${Date.now()}.tmp`);
        this.files.push(path);
        memory.push(createMapped(path, Math.min(perBuffer, count - done) * stride));
      }
      const [buffer, ...further] = this.files.slice(before).map((path) => ({ path }));
      return new PixelStore({ buffer, further, perBuffer, size, channels, count }, memory);
    } catch (error) {
      // A reservation that fails keeps what it got: all that was left of the disk.
      for (const file of this.files.splice(before)) rmSync(file, { force: true });
      throw error;
    }
  }

  private allocateMemory(count: number, size: Size, channels: 1 | 3): PixelStore {
    this.inMemory += count * size.width * size.height * channels;
    const tooLarge = (): UserError =>
      new UserError('DATA_TOO_LARGE', 'The decoded images do not fit into memory.', {
        expected: `at most 80 % of ${gigabytes(totalmem())} GB`,
        got: `${count} images of ${sizeText(size)}: ${gigabytes(this.inMemory)} GB`,
        remedy: 'resize them, e.g. --size 64',
      });
    if (this.inMemory > 0.8 * totalmem()) throw tooLarge();
    try {
      return PixelStore.allocate(count, size, channels, this.limits.mostBytes);
    } catch (error) {
      if (error instanceof RangeError) throw tooLarge();
      throw error;
    }
  }
}

/** The name of the part of a store: `NAME.pixels`, `NAME-1.pixels`, ... */
export function partName(name: string, part: number): string {
  const ending = extname(name);
  return part === 0 ? name : `${name.slice(0, name.length - ending.length)}-${part}${ending}`;
}

/** Waits until a file's bytes are on the disk, also those written through a map. */
async function sync(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

const gigabytes = (bytes: number): string => (bytes / 2 ** 30).toFixed(1);
