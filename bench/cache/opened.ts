import { readFileSync } from 'node:fs';
import { openDataset } from '../../src/data/index.js';

// A process of its own: opens the data set once and tells time and memory, then reads every pixel and tells
// the memory again.

/** What `opened.js DIR` prints. */
export interface Opened {
  readonly images: number;
  readonly ms: number;
  /** Resident memory that opening added, in MB. */
  readonly resident: number;
  /** Memory of its own, without pages of files, that opening and reading every pixel added, in MB. */
  readonly own: number;
}

/** Linux: anonymous pages, which the system cannot take back. */
function ownMemory(): number {
  const kilobytes = /RssAnon:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return Number(kilobytes ?? NaN) / 1024;
}

const before = process.memoryUsage.rss() / 2 ** 20;
const ownBefore = ownMemory();
const start = performance.now();
const { items, store } = await openDataset(process.argv[2]);
const ms = performance.now() - start;
const resident = process.memoryUsage.rss() / 2 ** 20 - before;
let sum = 0;
for (const byte of store.bytes) sum += byte;
if (sum === 0) throw new Error('the images are black');
const own = ownMemory() - ownBefore;
console.log(JSON.stringify({ images: items.length, ms, resident, own } satisfies Opened));
