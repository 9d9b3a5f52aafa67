import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLive, type LivePage } from '../../src/live/index.js';
import type { RunEvent, RunHooks } from '../../src/run/files/index.js';

/** A page with a run that the test tells it of. */
export interface ToldRun {
  readonly page: LivePage;
  readonly out: string;
  tell(event: RunEvent): void;
  /** How often the page has asked to stop. */
  stops(): number;
}

/** Opens a page for a run in a fresh folder. */
export async function toldRun(
  command: 'learn' | 'train' | 'compare' = 'learn',
  port = 0,
): Promise<ToldRun> {
  const page = await openLive(port);
  const out = mkdtempSync(join(tmpdir(), 'live-'));
  let stops = 0;
  const own: RunHooks = { onEvent: () => {}, signal: new AbortController().signal };
  const hooks = page.watching(own, () => stops++);
  page.describe(
    {
      command,
      out,
      data: ['folder:/data/<photos>'],
      budget: 600,
      resumeCommand: `safe-augment ${command} --resume --out ${out}`,
    },
    false,
  );
  return { page, out, tell: (event) => hooks.onEvent(event), stops: () => stops };
}

/** The end of an epoch. */
export function epoch(n: number): RunEvent {
  const figures = (loss: number) => ({
    ...{ loss, taskLoss: loss },
    ...{ augmentLoss: loss / 3, taskAccuracy: 1 - loss / 4 },
  });
  return {
    type: 'epoch',
    ...{ epoch: n, epochs: 4, lr: 0.1 / n, images: 96, imagesPerSecond: 50, seconds: 2 },
    train: figures(2 / n),
    judging: figures(2.2 / n),
  };
}

/** A look at which J is known to within `half`. */
export function look(half: number, verdict: 'safe' | 'unsafe' | 'undecided'): RunEvent {
  const about = (value: number) => ({ value, low: value - half, high: value + half });
  const seen = (name: string, value: number) => ({
    ...{ name, verdict, images: 100, draws: 1 },
    ...{ j: about(value), harm: about(value / 2) },
  });
  return {
    type: 'look',
    delta: 0.1,
    augmentations: [seen('HorizontalFlip', 0.01), seen('<Blur>', 0.5)],
  };
}

/** What a run tells until it judges. */
export const told: readonly RunEvent[] = [
  { type: 'started', out: 'x' },
  { type: 'phase', phase: 'train' },
  epoch(1),
  epoch(2),
  { type: 'warning', code: 'FEW_IMAGES', message: 'few <b>images</b>' },
  { type: 'phase', phase: 'judge' },
  look(0.2, 'undecided'),
  look(0.05, 'safe'),
];
