import { cpSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { placeIn } from './command.mjs';

/** Outcomes that are as they should be; any other word is a failure. */
const fine = new Set(['clean', 'accepted', 'interrupted', 'skipped']);

/**
 * Counts what was tried in a part, and keeps of each distinct failure the smallest input.
 */
export class Tally {
  /** @type {Map<string, { tried: number, clean: number, accepted: number, failed: Map<string, number> }>} */
  rows = new Map();
  /** @type {Map<string, object>} */
  failures = new Map();
  notes = [];

  /** @param {string} part @param {string} keep folder for inputs that fail */
  constructor(part, keep) {
    this.part = part;
    this.keep = join(keep, part);
    rmSync(this.keep, { recursive: true, force: true });
  }

  /**
   * @param {string} name the row of the table
   * @param {string} outcome see `verdictOf`
   * @param {object} [failure] `what` happened; `place` in the source; `input`: a file or folder to keep; `again`: how
   *   to bring it about again; `same`: text that tells this failure from others (default: what and place)
   */
  record(name, outcome, failure = {}) {
    const row = this.rows.get(name) ?? { tried: 0, clean: 0, accepted: 0, failed: new Map() };
    this.rows.set(name, row);
    if (outcome === 'skipped') {
      this.notes.push(`${name}: ${failure.what}`);
      return;
    }
    row.tried++;
    if (fine.has(outcome)) {
      row[outcome === 'clean' ? 'clean' : 'accepted']++;
      return;
    }
    row.failed.set(outcome, (row.failed.get(outcome) ?? 0) + 1);
    this.#keepFailure(name, outcome, failure);
  }

  #keepFailure(name, outcome, { what = '', place = placeIn(what), input, again, same }) {
    const key = [outcome, same ?? `${general(what)} ${place}`].join(' | ');
    const bytes = input === undefined ? 0 : sizeOf(input);
    const known = this.failures.get(key);
    if (known !== undefined) {
      known.count++;
      if (!known.rows.includes(name)) known.rows.push(name);
      if (input === undefined || bytes >= known.bytes) return;
    }
    const number = known?.number ?? this.failures.size + 1;
    const folder = join(this.keep, String(number).padStart(2, '0'));
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    if (input !== undefined && bytes < 50e6)
      cpSync(input, join(folder, basename(input)), { recursive: true, verbatimSymlinks: true });
    const { count = 1, rows = [name] } = known ?? {};
    const text = { outcome, rows, what, place, again, count, number, bytes, folder };
    writeFileSync(join(folder, 'failure.json'), `${JSON.stringify(text, null, 2)}\n`);
    this.failures.set(key, text);
  }

  get failed() {
    return this.failures.size > 0;
  }

  /** The table as text: one line a row, and the failures below it. */
  text() {
    const all = [...this.rows].map(([name, row]) => [
      name,
      ...[row.tried, row.clean, row.accepted, sum(row.failed)].map(String),
      [...row.failed].map(([what, n]) => `${what}${n > 1 ? ` x${n}` : ''}`).join(', '),
    ]);
    const head = [this.part, 'tried', 'clean error', 'accepted', 'failed', ''];
    const widths = head.map((_, i) => Math.max(...[head, ...all].map((row) => row[i].length)));
    const line = (cells) =>
      cells
        .map((cell, i) => (i === 0 || i === 5 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
        .join('  ')
        .trimEnd();
    const listed = [...this.failures.values()].map(
      ({ number, outcome, rows, what, place, count, folder }) =>
        `${String(number).padStart(3)}. ${outcome} (${count}) in ${rows.join(', ')}${place ? `, at ${place}` : ''}\n` +
        `     ${what.trim().split('\n').join('\n     ')}\n     kept in ${folder}`,
    );
    return [line(head), '-'.repeat(line(head).length), ...all.map(line), ...this.notes, ...listed]
      .join('\n')
      .concat('\n');
  }

  /** The same for programs. */
  json() {
    const rows = [...this.rows].map(([name, { tried, clean, accepted, failed }]) => ({
      name,
      tried,
      clean,
      accepted,
      failed: Object.fromEntries(failed),
    }));
    const failures = [...this.failures.values()];
    return { part: this.part, rows, notes: this.notes, failures };
  }
}

/** Without what differs from one time to the next: numbers, quoted parts, paths. */
function general(text) {
  return text
    .replace(/"[^"\n]*"|'[^'\n]*'/g, '"..."')
    .replace(/(\/[\w.@-]+)+/g, '/...')
    .replace(/0x[0-9a-f]+|\d+/g, 'N');
}

function sum(counts) {
  return [...counts.values()].reduce((a, b) => a + b, 0);
}

function sizeOf(path) {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}
