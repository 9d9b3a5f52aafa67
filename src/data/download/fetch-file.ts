import { createHash } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { asFileError, UserError } from '../../core/index.js';
import type { Archive } from './archives.js';

export interface FetchOptions {
  readonly signal?: AbortSignal;
  /** Bytes that are there, and bytes in all. */
  onProgress?(done: number, total: number): void;
  /** Seconds until a server that does not answer counts as out of reach. Default 15. */
  readonly patience?: number;
}

/**
 * Fetches a file to `path`, going on where it was broken off, and verifies its checksum.
 *
 * While under way it is called `path.part`; `path` appears once it is whole and right.
 *
 * @throws UserError `DOWNLOAD_NO_NETWORK`, `DOWNLOAD_REFUSED`, `DOWNLOAD_BROKEN`, `DOWNLOAD_CHECKSUM`
 */
export async function fetchFile(
  archive: Archive,
  path: string,
  options: FetchOptions = {},
): Promise<void> {
  if (existsSync(path)) {
    await verify(archive, path, path);
    return;
  }
  const part = `${path}.part`;
  const there = statSync(part, { throwIfNoEntry: false })?.size ?? 0;
  const response = await request(archive, there, options);
  // 416: nothing is left to fetch. Any other server sends all of it again.
  if (response.status !== 416) await save(response, part, there, archive, options);
  await verify(archive, part, path);
  renameSync(part, path);
}

async function request(
  archive: Archive,
  from: number,
  { signal, patience = 15 }: FetchOptions,
): Promise<Response> {
  const headers: Record<string, string> = from > 0 ? { Range: `bytes=${from}-` } : {};
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), patience * 1000);
  const either = AbortSignal.any([silence.signal, ...(signal ? [signal] : [])]);
  let response: Response;
  try {
    response = await fetch(archive.url, { headers, signal: either });
  } catch (error) {
    signal?.throwIfAborted();
    const cause = (error as { cause?: { code?: string } }).cause;
    throw unreachable(archive, cause?.code ?? 'no response', error);
  } finally {
    clearTimeout(timer);
  }
  if (response.ok || response.status === 416) return response;
  throw new UserError('DOWNLOAD_REFUSED', 'The server refused the download.', {
    where: archive.url,
    got: `${response.status} ${response.statusText}`,
    remedy: byHand(archive),
  });
}

async function save(
  response: Response,
  part: string,
  there: number,
  archive: Archive,
  { signal, onProgress }: FetchOptions,
): Promise<void> {
  const goesOn = response.status === 206;
  const length = Number(response.headers.get('content-length') ?? NaN);
  let done = goesOn ? there : 0;
  const total = Number.isFinite(length) ? done + length : archive.bytes;
  const counter = new Transform({
    transform(chunk: Uint8Array, _encoding, next) {
      done += chunk.length;
      onProgress?.(done, total);
      next(null, chunk);
    },
  });
  try {
    const body = Readable.fromWeb(response.body ?? new ReadableStream());
    await pipeline(body, counter, createWriteStream(part, { flags: goesOn ? 'a' : 'w' }), {
      signal,
    });
  } catch (error) {
    signal?.throwIfAborted();
    const known = asFileError(error, part);
    if (known !== error) throw known;
    throw new UserError(
      'DOWNLOAD_BROKEN',
      'The connection was lost.',
      {
        where: archive.url,
        got: `${done} of ${total} bytes, kept in ${part}`,
        remedy: 'run the same command again to continue',
      },
      { cause: error },
    );
  }
}

/** @throws UserError `DOWNLOAD_CHECKSUM`; a wrong download is removed, a wrong file of the user's is not */
async function verify(archive: Archive, file: string, path: string): Promise<void> {
  const { algorithm, hex } = archive.checksum;
  const hash = createHash(algorithm);
  await pipeline(createReadStream(file), hash);
  const got = hash.digest('hex');
  if (got === hex) return;
  if (file !== path) rmSync(file, { force: true });
  throw new UserError('DOWNLOAD_CHECKSUM', 'The checksum does not match the published file.', {
    where: file,
    expected: `${algorithm} ${hex}`,
    got: `${algorithm} ${got}`,
    remedy:
      file === path
        ? 'move it away and try again'
        : "try again; if this persists, the server's file has changed",
  });
}

function unreachable(archive: Archive, code: string, cause: unknown): UserError {
  return new UserError(
    'DOWNLOAD_NO_NETWORK',
    'Cannot reach the server.',
    { where: archive.url, got: code, remedy: byHand(archive) },
    { cause },
  );
}

/** What to do without a network of one's own. */
function byHand({ url, checksum: { algorithm, hex } }: Archive): string {
  return `download ${url} on another machine (${algorithm} ${hex}), put it into the folder, and try again`;
}
