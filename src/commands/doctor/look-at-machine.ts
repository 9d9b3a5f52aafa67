import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { hasBfloat16 } from '../../tensor/index.js';
import { quotaOf } from './cpu-quota.js';
import type { EngineProbe } from './engine-probe-result.js';
import { bytesText, good, type Finding } from './finding.js';

/** Features of processors that decide how fast a run is. */
const features = ['avx2', 'fma', 'avx512f', 'avx512_bf16', 'amx_tile', 'amx_bf16'] as const;

/** Memory below which a run with the usual settings does not fit: 2.3 GB at most were measured (docs/decisions/075-memory.md). */
const leastMemory = 2.5e9;
/** A run folder has some hundred megabytes, the cache the pixels of the images. */
const leastDisk = 1e9;

/** What `precision: auto` comes to, and why. @param cpuInfo the text of `/proc/cpuinfo`. Default: of this machine */
export function precisionFinding(
  probe: EngineProbe,
  cpuInfo = readOr('/proc/cpuinfo', ''),
): Finding {
  const flags = new Set(/^flags\s*:\s*(.*)$/m.exec(cpuInfo)?.[1].split(' '));
  const has = features.filter((name) => flags.has(name));
  const auto = probe.found ? probe.precision : hasBfloat16() ? 'bfloat16' : 'float32';
  const processor = has.length === 0 ? 'none of the features that matter' : has.join(', ');
  const lines = [`${auto} by \`auto\`; the processor has ${processor}`];
  return good('precision', lines, { auto, processor: has });
}

/** Threads of one operator, and what a control group leaves of the cores. */
export function threadsFinding(
  cores = availableParallelism(),
  quota = quotaOf('/proc/self/cgroup', '/sys/fs/cgroup'),
): Finding {
  const model = cpus()[0]?.model.trim() ?? 'unknown';
  const lines = [
    `${cores}, one a core; ${model}`,
    ...(quota === null ? [] : [`a control group leaves the time of ${quota.toFixed(1)} cores`]),
  ];
  const values = { threads: cores, processor: model, quota };
  if (quota === null || Math.ceil(quota) >= cores) return good('threads', lines, values);
  const what = `${cores} threads share the time of ${quota.toFixed(1)} cores and wait for each other`;
  const remedy = `--threads ${Math.max(1, Math.floor(quota))}`;
  return { topic: 'threads', state: 'advice', lines, values, problem: { what, remedy } };
}

/** Memory of the machine, and of the control group around this process. */
export function memoryFinding(
  total = totalmem(),
  limit = process.constrainedMemory() || Infinity,
): Finding {
  const limited = limit < total;
  const lines = [
    `${bytesText(Math.min(total, limit))}${limited ? ' by a control group' : ''}, of the machine's ${bytesText(total)} are ${bytesText(freemem())} free`,
  ];
  const values = { total, free: freemem(), limit: limited ? limit : null };
  if (Math.min(total, limit) >= leastMemory) return good('memory', lines, values);
  const what = `a run takes up to ${bytesText(leastMemory)} with the usual settings`;
  const remedy = 'a smaller --size, such as 96, or a smaller --batch';
  return { topic: 'memory', state: 'advice', lines, values, problem: { what, remedy } };
}

/** Room for run folders (below the working directory) and for the cache. */
export function diskFinding(places: Readonly<Record<string, string>>): Finding {
  const free = Object.entries(places).map(([name, folder]) => {
    const { bavail, bsize } = statfsSync(nearest(folder));
    return { name, folder, bytes: bavail * bsize };
  });
  const lines = free.map(
    ({ name, folder, bytes }) => `${bytesText(bytes)} free for ${name}: ${folder}`,
  );
  const values = { free };
  const full = free.find(({ bytes }) => bytes < leastDisk);
  if (full === undefined) return good('disk', lines, values);
  const what = `${bytesText(full.bytes)} may be too little for ${full.name}`;
  const remedy =
    full.name === 'the cache'
      ? 'set SAFE_AUGMENT_CACHE to a folder on another disk'
      : 'start in a folder on another disk, or choose one with --out';
  return { topic: 'disk', state: 'advice', lines, values, problem: { what, remedy } };
}

/** The nearest folder above that exists. */
function nearest(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearest(dirname(folder));
}

function readOr(file: string, other: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return other;
  }
}
