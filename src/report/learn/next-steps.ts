import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { shellWord } from '../../core/index.js';
import { readSettings } from '../../config/index.js';
import { runFiles, type Selection } from '../../run/files/index.js';
import { commandLine, list } from '../elements.js';
import { markup, nothing, type Markup } from '../html.js';
import { listed } from '../wording.js';

/** What to do after a `learn` run: each purpose with its command. */
export interface NextStep {
  readonly purpose: string;
  readonly command: string;
}

/** The run that the steps start from. */
export interface LearnedRun {
  /** Its folder, as a command line would name it. */
  readonly out: string;
  /** Its data, likewise; undefined where the run does not say. */
  readonly data?: string;
  /** Seconds that it was given; null for none. */
  readonly budget?: number | null;
}

/** What a run folder's configuration says of the run. */
export function learnedRun(out: string): LearnedRun {
  const path = join(out, runFiles.config);
  // A run that somebody has passed on may have its verdicts alone.
  const { data, budget } = existsSync(path) ? readSettings(path) : {};
  return {
    out,
    ...(typeof data === 'string' && { data }),
    budget: typeof budget === 'number' ? budget : null,
  };
}

/** Commands that use what was learned; without anything that keeps the labels, those that do not need it. */
export function nextSteps(selection: Selection, { out, data = 'DATA' }: LearnedRun): NextStep[] {
  if (selection.status === 'undertrained') return [];
  const [from, on] = [shellWord(out), shellWord(data)];
  const compare = `safe-augment compare ${on} --from ${from} --budget 2h`;
  const isAny = selection.augmentations.some(
    ({ verdict, grade }) => verdict === 'safe' || grade === 'safe' || grade === 'label-keeping',
  );
  if (!isAny)
    return [{ purpose: 'Train without', command: `safe-augment train ${on} --policy none` }];
  return [
    { purpose: 'What to expect', command: `safe-augment recommend ${from}` },
    {
      purpose: 'Train with it',
      command: `safe-augment train ${on} --policy recommended --from ${from}`,
    },
    {
      purpose: 'Use it elsewhere',
      command: `safe-augment export ${from} --format torchvision --set recommended --out policy.py`,
    },
    { purpose: 'See what pays', command: compare },
  ];
}

/** The steps and what would make the verdicts surer, on the report's first screen. */
export function nextInReport(selection: Selection, run: LearnedRun): Markup {
  const steps = nextSteps(selection, run).map(
    ({ purpose, command }) => markup`${purpose}: ${commandLine(`npx ${command}`)}`,
  );
  const surer = whatWouldDecide(selection, run);
  return steps.length + surer.length === 0 ? nothing : list([...surer, ...steps]);
}

/** More images than this many times as many are no advice. */
const mostTimes = 10;

/**
 * What would make the verdicts surer, a sentence each.
 *
 * An interval shrinks with the root of the number of images, so one of half width w around a value at a distance d from
 * its limit needs (w / d)^2 times as many to leave it out, if the value stays as it is.
 */
export function whatWouldDecide(selection: Selection, { budget = null }: LearnedRun): string[] {
  if (selection.status === 'undertrained') return [];
  const open = selection.augmentations.filter(({ verdict }) => verdict === 'undecided');
  if (open.length === 0)
    return [
      'Every verdict is decided. A run with another --seed shows how far they depend on chance.',
    ];
  const longer = open.filter(({ reason }) => /train longer/.test(reason));
  const more = open
    .filter((a) => !longer.includes(a))
    .map((a) => ({ name: a.name, times: timesFor(a, selection) }))
    .sort((a, b) => a.times - b.times);
  const reachable = more.filter(({ times }) => times <= mostTimes);
  const near = more.filter(({ times }) => times > mostTimes);
  const sentences: string[] = [];
  if (reachable.length > 0)
    sentences.push(
      `More images: about ${listed(reachable.map(({ name, times }) => `${rounded(times)} times as many for ${name}`))}, if J and harm stay as measured.`,
    );
  if (near.length > 0)
    sentences.push(
      `${listed(near.map(({ name }) => name))} ${near.length === 1 ? 'lies' : 'lie'} so near a limit that more than ${mostTimes} times the images would be needed.`,
    );
  if (longer.length > 0)
    sentences.push(
      `More time (--budget ${minutesText(2 * (budget ?? usualBudget))}): a network trained longer may decide ${listed(longer.map(({ name }) => name))}.`,
    );
  return sentences;
}

/** Seconds that are named where a run had no budget. */
const usualBudget = 600;

/** As `--budget` takes it, in whole minutes. */
const minutesText = (seconds: number): string => `${Math.max(1, Math.round(seconds / 60))}m`;

/** How many times the images an undecided augmentation needs, by J or by harm, whichever is open. */
function timesFor(
  { j, jLow, jHigh, harm }: Selection['augmentations'][number],
  { delta, harmMargin }: Selection,
): number {
  const times = [timesTo(j, jLow, jHigh, delta)];
  if (harm !== undefined && harmMargin !== undefined)
    times.push(timesTo(harm.value, harm.low, harm.high, harmMargin));
  return Math.max(...times);
}

function timesTo(value: number, low: number, high: number, limit: number): number {
  if (limit < low || limit > high) return 1;
  const half = value < limit ? high - value : value - low;
  return (half / Math.abs(limit - value)) ** 2;
}

/** To one digit below 3, whole above: 1.4, 2.5, 4. */
const rounded = (times: number): string =>
  times < 3 ? String(Math.max(1.1, Math.ceil(times * 10) / 10)) : String(Math.ceil(times));
