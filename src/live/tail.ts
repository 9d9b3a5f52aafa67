import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { eventLineSchema, type EventLine } from '../run/files/index.js';

/** Bytes read at once: the rest comes with the next look. */
const mostBytes = 1 << 20;

/** The events of another process's run as they are written: whole lines, each once. */
export class EventTail {
  private offset = 0;
  /** Bytes of a line that is not whole yet. */
  private rest = Buffer.alloc(0);

  constructor(private readonly path: string) {}

  /** What has been added since the last look; nothing where the file is not there, or cannot be read. */
  read(): EventLine[] {
    let bytes: Buffer;
    try {
      bytes = this.added();
    } catch {
      return [];
    }
    const all = Buffer.concat([this.rest, bytes]);
    const end = all.lastIndexOf('\n') + 1;
    this.rest = all.subarray(end);
    return all
      .subarray(0, end)
      .toString()
      .split('\n')
      .flatMap((line) => eventIn(line) ?? []);
  }

  private added(): Buffer {
    const fd = openSync(this.path, 'r');
    try {
      const status = fstatSync(fd);
      if (!status.isFile()) return Buffer.alloc(0);
      if (status.size < this.offset) {
        // Begun anew.
        this.offset = 0;
        this.rest = Buffer.alloc(0);
      }
      const bytes = Buffer.alloc(Math.min(mostBytes, status.size - this.offset));
      const read = readSync(fd, bytes, 0, bytes.length, this.offset);
      this.offset += read;
      return bytes.subarray(0, read);
    } finally {
      closeSync(fd);
    }
  }
}

function eventIn(line: string): EventLine | undefined {
  try {
    return eventLineSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
