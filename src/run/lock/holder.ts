import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';

/** Who works in a run folder: what the lock file holds. */
export const holderSchema = z.object({
  pid: z.int(),
  host: z.string(),
  /** Where `pid` means anything: this host's processes, as this process sees them. */
  place: z.string(),
  /** When the process began, so that another one with its number is not taken for it; empty where unknown. */
  began: z.string(),
  /** Distinguishes one lock from the next. */
  token: z.string(),
  command: z.string(),
  since: z.string(),
});

export type Holder = z.infer<typeof holderSchema>;

/** The holder that this process is. */
export function thisProcess(token: string): Holder {
  return {
    pid: process.pid,
    host: hostname(),
    place: placeHere(),
    began: beginningOf(process.pid),
    token,
    command: ['safe-augment', ...process.argv.slice(2)].join(' '),
    since: new Date().toISOString(),
  };
}

/** Whether the holder's process can be checked from here: containers and other hosts have processes of their own. */
export function isHere(holder: Holder): boolean {
  return holder.place === placeHere();
}

/** Whether a holder of this place still runs. */
export function isAlive({ pid, began }: Pick<Holder, 'pid' | 'began'>): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: somebody else's process, but it runs.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return began === '' || began === beginningOf(pid);
}

/** A mark of this process for the name of a file that may be left half-written, `PID-PLACE`. */
export function ownLockMark(): string {
  return `${process.pid}-${hashed(placeHere())}`;
}

/** Whether a name bears the mark of a process of this place that has ended. */
export function isOfTheDead(name: string): boolean {
  const [, pid, place] = /\.(\d+)-([0-9a-f]{8})\./.exec(name) ?? [];
  return place === hashed(placeHere()) && !isAlive({ pid: Number(pid), began: '' });
}

const hashed = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 8);

function placeHere(): string {
  return [hostname(), orEmpty(() => readlinkSync('/proc/self/ns/pid'))].join(' ').trim();
}

/** Linux: which start of the machine, and the clock tick since then (proc(5), stat, field 22). */
function beginningOf(pid: number): string {
  return orEmpty(() => {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets, which may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return `${boot} ${fields[19]}`;
  });
}

function orEmpty(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
