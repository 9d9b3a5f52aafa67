import { packageVersion } from '../../core/index.js';
import { cacheFolder } from '../../data/cache/folder.js';
import { glibcVersion } from '../../tensor/index.js';
import type { Finding } from './finding.js';
import { deviceFinding, engineFinding, probeEngine } from './look-at-engine.js';
import { diskFinding, memoryFinding, precisionFinding, threadsFinding } from './look-at-machine.js';
import { cacheFinding, imagesFinding, weightsFinding } from './look-at-parts.js';

/** What the program runs with, and what is missing. */
export interface Examination {
  /** Whether everything needed is there. */
  readonly ok: boolean;
  readonly version: string;
  readonly node: string;
  /** Such as `linux-x64`. */
  readonly system: string;
  /** Version of the C library; null where it is not glibc. */
  readonly glibc: string | null;
  /** One a topic. */
  readonly findings: readonly Finding[];
}

/** Finds out what the program runs with. It needs neither an engine nor sharp, and changes nothing. */
export async function examine(): Promise<Examination> {
  const [probe, images] = await Promise.all([probeEngine(), imagesFinding()]);
  const cache = cacheFolder();
  const findings = [
    engineFinding(probe),
    deviceFinding(probe),
    precisionFinding(probe),
    threadsFinding(),
    memoryFinding(),
    diskFinding({ 'run folders': process.cwd(), 'the cache': cache }),
    images,
    weightsFinding(),
    cacheFinding(cache),
  ];
  return {
    ok: findings.every(({ state }) => state !== 'missing'),
    version: packageVersion(),
    node: process.versions.node,
    system: `${process.platform}-${process.arch}`,
    glibc: glibcVersion() ?? null,
    findings,
  };
}
