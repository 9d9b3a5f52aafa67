import type { Readable } from 'node:stream';
import { open, type Entry, type ZipFile } from 'yauzl';
import { UserError } from '../../core/index.js';

/** Bytes that all files together may take in memory; a small archive may claim any number. */
const mostBytes = 2 ** 31;
/** Deflate packs at most this many bytes into one (RFC 1951: 258 bytes by two bits). */
const mostPacked = 1032;
/** Entries that are looked at: MedMNIST's have six. */
const mostEntries = 10_000;

export interface ZipContent {
  readonly files: ReadonlyMap<string, Buffer>;
  /** Names of what was not asked for. */
  readonly others: readonly string[];
}

/**
 * Reads some files of a zip archive, stored or deflated, into memory, and verifies their checksums.
 *
 * @param wanted their names
 * @throws UserError `NPZ_BROKEN`, `NPZ_TOO_LARGE` before any memory is taken
 */
export async function readZip(path: string, wanted: readonly string[]): Promise<ZipContent> {
  const files = new Map<string, Buffer>();
  const others: string[] = [];
  let left = mostBytes;
  let zip: ZipFile | undefined;
  try {
    zip = await opened(path);
    if (zip.entryCount > mostEntries) throw new Error(`${zip.entryCount} files`);
    await eachEntry(zip, async (entry, archive) => {
      const { fileName: name, uncompressedSize: size } = entry;
      if (!wanted.includes(name)) {
        others.push(name);
        return;
      }
      if (files.has(name)) throw new Error(`${name} twice`);
      if (size > left) throw tooLarge(path, name, size);
      left -= size;
      if (size > mostPacked * entry.compressedSize + mostPacked)
        throw new Error(`${name}: ${size} bytes from ${entry.compressedSize}`);
      files.set(name, await contentOf(archive, entry));
    });
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw new UserError(
      'NPZ_BROKEN',
      'The .npz file is truncated or damaged.',
      {
        where: path,
        expected: 'a zip archive of .npy files, as numpy.savez writes it',
        got: cause instanceof Error ? cause.message : String(cause),
        remedy: 'download the file again',
      },
      { cause },
    );
  } finally {
    zip?.close();
  }
  return { files, others };
}

function opened(path: string): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    open(path, { lazyEntries: true, autoClose: false }, (error, zip) =>
      error ? reject(error) : resolve(zip),
    );
  });
}

function eachEntry(
  zip: ZipFile,
  use: (entry: Entry, zip: ZipFile) => Promise<void>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    zip.on('error', reject);
    zip.on('end', resolve);
    zip.on('entry', (entry: Entry) => {
      use(entry, zip).then(() => zip.readEntry(), reject);
    });
    zip.readEntry();
  });
}

async function contentOf(zip: ZipFile, entry: Entry): Promise<Buffer> {
  const stream = await new Promise<Readable>((resolve, reject) =>
    zip.openReadStream(entry, (error, read) => (error ? reject(error) : resolve(read))),
  );
  const bytes = Buffer.allocUnsafe(entry.uncompressedSize);
  let at = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (at + chunk.length > bytes.length) throw new Error(`${entry.fileName} is longer than said`);
    chunk.copy(bytes, at);
    at += chunk.length;
  }
  if (at !== bytes.length) throw new Error(`${entry.fileName} ends after ${at} bytes`);
  if (crc32(bytes) !== entry.crc32) throw new Error(`the checksum of ${entry.fileName} is wrong`);
  return bytes;
}

/** Of each byte, with the reversed polynomial of ISO 3309. */
const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ crcTable[(crc ^ byte) & 0xff];
  return (crc ^ 0xffffffff) >>> 0;
}

function tooLarge(where: string, name: string, size: number): UserError {
  return new UserError('NPZ_TOO_LARGE', 'The arrays are too large.', {
    where: `${where}, ${name}`,
    expected: `at most ${mostBytes} bytes in all arrays together`,
    got: `${size} bytes in this one`,
    remedy: 'save the images as files in class folders, or smaller images',
  });
}
