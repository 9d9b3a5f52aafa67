import { cpus } from 'node:os';

/** Turns that a waiting thread spins before it sleeps (libgomp's own default: 300,000): some 20 microseconds, and 400. */
const brief = 1000;
const long = 20_000;
/** Cores that other programs may use on a quiet machine. */
const littleUse = 0.2;
/** Milliseconds; the system counts in steps of ten. */
const watchFor = 60;

/** Milliseconds of all cores together. */
export interface CoreTimes {
  readonly busy: number;
  readonly idle: number;
}

/**
 * Turns for `GOMP_SPINCOUNT` (docs/decisions/013-short-spins.md): long where the cores are free, so that threads need not be woken
 * for every operator; brief where other programs want them.
 *
 * @param cores on the machine
 * @param before, after what its cores have done since it was started, at two moments
 * @param own milliseconds of processor time that this process took between them
 */
export function spinsFor(cores: number, before: CoreTimes, after: CoreTimes, own: number): number {
  const busy = after.busy - before.busy;
  const all = busy + after.idle - before.idle;
  if (all <= 0) return brief;
  const used = (cores * Math.max(0, busy - own)) / all;
  return used < littleUse ? long : brief;
}

/** Sets `GOMP_SPINCOUNT`, unless the user has said how threads wait; before libtorch is loaded, since it is read then. */
export function chooseSpins(): void {
  const { OMP_WAIT_POLICY: policy, GOMP_SPINCOUNT: count } = process.env;
  if (policy !== undefined || count !== undefined) return;
  const own = process.cpuUsage();
  const before = coreTimes();
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, watchFor);
  const { user, system } = process.cpuUsage(own);
  const spins = spinsFor(cpus().length, before, coreTimes(), (user + system) / 1000);
  process.env.GOMP_SPINCOUNT = String(spins);
}

function coreTimes(): CoreTimes {
  let busy = 0;
  let idle = 0;
  for (const { times } of cpus()) {
    busy += times.user + times.nice + times.sys + times.irq;
    idle += times.idle;
  }
  return { busy, idle };
}
