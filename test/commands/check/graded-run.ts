import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransform, type Params } from '../../../src/augment/index.js';
import { selectionSchema, type AugmentationResult } from '../../../src/run/files/index.js';
import { manifest, selection } from '../../report/small-run.js';

/** What a made-up run says of an augmentation; what is left out is as in a safe one. */
export interface Said extends Partial<AugmentationResult> {
  readonly name: string;
  readonly options?: Params;
}

const interval = (value: number, half: number) => ({
  value,
  low: value - half,
  high: value + half,
});

/** An entry of `selection.json`. */
export function said({ name, options, ...more }: Said): AugmentationResult {
  const [like] = selection.augmentations;
  return {
    ...like,
    name,
    params: createTransform({ name, options }).options,
    verdict: 'safe',
    reason: 'J is below delta',
    grade: 'safe',
    gradeReason: 'J is below delta',
    taskChange: interval(0, 0.02),
    harm: interval(0.01, 0.02),
    ...more,
  };
}

/** Breaks labels: a quarter of the answers is lost. */
export const broken = {
  verdict: 'unsafe',
  grade: 'label-breaking',
  gradeReason: 'the network no longer knows the class',
  taskChange: interval(-0.25, 0.05),
  harm: interval(0.4, 0.06),
} as const;

/** Keeps the labels, though it is recognised. */
export const kept = { verdict: 'unsafe', grade: 'label-keeping' } as const;

/** Writes a run folder whose `selection.json` says so. */
export function gradedRun(
  all: readonly Said[],
  more: { selection?: object; data?: object; grades?: boolean } = {},
): string {
  const run = mkdtempSync(join(tmpdir(), 'check-'));
  const augmentations = all.map((one) => {
    const { grade, gradeReason, ...verdictOnly } = said(one);
    return more.grades === false ? verdictOnly : { ...verdictOnly, grade, gradeReason };
  });
  const safe = all.filter(({ verdict = 'safe' }) => verdict === 'safe').map(({ name }) => name);
  const written = { ...selection, augmentations, safe, safeV2: safe, ...more.selection };
  writeFileSync(join(run, 'selection.json'), JSON.stringify(selectionSchema.parse(written)));
  const made = { ...manifest, data: { ...manifest.data, ...more.data } };
  writeFileSync(join(run, 'manifest.json'), JSON.stringify(made));
  return run;
}
