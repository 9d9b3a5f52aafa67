import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { asFileError, writeAtomic } from '../../core/index.js';
import { epochTable, type RunEvent, type RunEventOf } from '../files/index.js';

/**
 * `results.csv` of a training, which always says what the run's events say: a line is added after each epoch, and the file is
 * written anew only where a figure appears that had no column.
 */
export class EpochFile {
  private readonly epochs: RunEventOf<'epoch'>[] = [];

  constructor(private readonly path: string) {}

  /** Takes over the events of earlier sittings. A file that a killed process left behind its events is mended. */
  restore(events: readonly RunEvent[]): void {
    this.epochs.length = 0;
    for (const event of events) if (event.type === 'epoch') this.epochs.push(event);
    this.write();
  }

  /** @throws UserError `DISK_FULL`, `NO_RIGHTS` */
  add(epoch: RunEventOf<'epoch'>): void {
    this.epochs.push(epoch);
    this.write();
  }

  private write(): void {
    // The table of a comparison, which has no epochs of its own, has the same name.
    if (this.epochs.length === 0) return;
    const text = epochTable(this.epochs);
    const before = existsSync(this.path) ? readFileSync(this.path, 'utf8') : '';
    if (text === before) return;
    try {
      // Readers that follow the file keep it where it only grows.
      if (before !== '' && text.startsWith(before))
        appendFileSync(this.path, text.slice(before.length));
      else writeAtomic(this.path, text);
    } catch (error) {
      throw asFileError(error, this.path);
    }
  }
}
