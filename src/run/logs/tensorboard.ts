import { closeSync, openSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from '../../core/index.js';
import type { EventLog, Scalar } from './scalars.js';
import { eventBytes, framed } from './tfevents.js';

/**
 * Event files that TensorBoard reads, in a folder of the run. Each sitting writes its own; the first event of a resumed one tells
 * TensorBoard to forget what an interrupted sitting wrote beyond the saved state.
 *
 * @param folder is made where it is missing
 * @param onFailure called once where the disk does not take it; nothing is written after that
 */
export function tensorBoardLog(folder: string, onFailure: (error: unknown) => void): EventLog {
  let file: number | undefined;
  let failed = false;
  const attempt = (work: () => void): void => {
    if (failed) return;
    try {
      work();
    } catch (error) {
      failed = true;
      onFailure(error);
    }
  };
  const write = (event: Parameters<typeof eventBytes>[0]): void => {
    const bytes = framed(eventBytes(event));
    let written = 0;
    while (written < bytes.length) written += writeSync(file!, bytes, written);
  };
  const now = (): number => Date.now() / 1000;
  return {
    begin(settings, from) {
      attempt(() => {
        makeFolder(folder);
        const seconds = String(Math.floor(now())).padStart(10, '0');
        const name = `events.out.tfevents.${seconds}.${hostname().replace(/\W/g, '-')}.${process.pid}.0`;
        file = openSync(join(folder, name), 'a');
        write({ time: now(), version: true });
        if (from > 1) write({ time: now(), step: from, restart: true });
        const text = JSON.stringify(settings, null, 2).replace(/^/gm, '    ');
        write({ time: now(), step: from - 1, text: { tag: 'settings', markdown: text } });
      });
    },
    write(scalars: readonly Scalar[]) {
      if (file === undefined) return;
      attempt(() => {
        for (const { name, value, step } of scalars)
          write({ time: now(), step, scalar: { tag: name, value } });
      });
    },
    close() {
      if (file !== undefined) attempt(() => closeSync(file!));
      file = undefined;
      return Promise.resolve();
    },
  };
}
