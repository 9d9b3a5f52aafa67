import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolveLearnConfig, type LearnInput } from '../../src/config/index.js';
import { type Selection } from '../../src/run/files/index.js';
import { learn } from '../../src/commands/learn/learn.js';
import type { JudgingResult } from '../../src/safe/index.js';
import type { PlantedSet } from './types.js';
import { writePlanted } from './write.js';

export interface PlantedRun {
  readonly selection: Selection;
  readonly result: JudgingResult;
  readonly seconds: number;
  /** Images that the network saw, in training and in judging. */
  readonly images: number;
}

/** Makes a planted data set in `folder` and learns on it. The seed is that of the data and of the run. */
export async function runPlanted(
  set: PlantedSet,
  folder: string,
  options: { images: number; seed: number; settings: LearnInput },
): Promise<PlantedRun> {
  const data = join(folder, 'data');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await writePlanted(set, data, options);
  const config = resolveLearnConfig({
    flags: {
      ...judged(set),
      ...options.settings,
      seed: options.seed,
      data,
      out: join(folder, 'run'),
    },
  });
  let result: JudgingResult | undefined;
  let trained = 0;
  const { sets, seconds } = await learn(
    config,
    {
      onEvent: (event) => {
        if (event.type === 'progress' && event.phase === 'train') trained = event.done;
      },
      signal: new AbortController().signal,
    },
    { onJudged: (judged) => (result = judged) },
  );
  if (result === undefined) throw new Error('judging returned no result');
  const [{ selection }] = sets;
  return { selection, result, seconds, images: trained + result.images };
}

/** What the set has its truth of, where that is not the fifteen. */
function judged({ augmentations }: PlantedSet): LearnInput {
  return augmentations === undefined ? {} : { augmentations };
}

/** Keeps every score of a run, so that rules can be compared without training again. */
export function writeScores(file: string, run: PlantedRun): void {
  const plain = (_key: string, value: unknown): unknown =>
    ArrayBuffer.isView(value) ? Array.from(value as unknown as ArrayLike<number>, short) : value;
  writeFileSync(file, JSON.stringify({ ...run.result, seconds: run.seconds }, plain));
}

const short = (x: number): number => Number(x.toPrecision(5));
