import type { Comparison, ArmDifference, Figure, Interval, Payoff } from '../../run/files/index.js';
import { changeRange, changeText, count, listed } from '../wording.js';

/** Does what `learn` found pay? The answer in words, with the detected differences. */
export interface Answer {
  /** The arm with a learned set. */
  readonly arm: string;
  /** What it answers; null where the answer before it answers the same. */
  readonly question: string | null;
  /** One sentence. */
  readonly short: string;
  /** Its differences from other arms, and the size below which a difference may be chance. */
  readonly details: string;
}

/** Up to this number of seeds, Student’s t intervals are several times as wide as with many seeds. */
const fewSeeds = 3;

/** So many seeds make intervals clearly narrower than these do; a comparison takes them later, too. */
export function moreThan(seeds: number): number {
  return Math.max(fewSeeds, 2 * seeds);
}

/** The answer for each arm with a learned set; none without such an arm, or without another to compare it with. */
export function answersOf(comparison: Comparison): Answer[] {
  const compared = (comparison.payoff ?? []).filter(({ against }) => against.length > 0);
  return compared.map((about, i) => {
    const question = questionOf(about.arm);
    const isRepeated = i > 0 && question === questionOf(compared[i - 1].arm);
    return { ...answerAbout(about, comparison), question: isRepeated ? null : question };
  });
}

function questionOf(arm: string): string {
  const set = arm.replace(/^all\+/, '');
  if (set === 'recommended') return 'Does the recommended policy pay?';
  return set.startsWith('keep') ? 'Does the label-keeping set pay?' : 'Does the safe set pay?';
}

function answerAbout(
  about: Payoff,
  { figures, seeds, testImages }: Comparison,
): Omit<Answer, 'question'> {
  const [first] = figures;
  const { arm, against } = about;
  const { better, worse, open } = sorted(about, first);
  const unit = first.share ? ' points' : '';
  const shown = [...better, ...worse].map(
    ({ name, difference }) => `${name} ${changeRange(first, difference)}`,
  );
  const halves = against
    .map(({ difference: { low, high } }) => (high - low) / 2)
    .sort((a, b) => a - b);
  const least = halves[halves.length >> 1];
  const size = changeText(first, least).replace('+', '');
  const sentences = [
    ...(shown.length > 0 ? [`Against ${shown.join('; ')}.`] : []),
    ...(open.length > 0
      ? [
          `With ${count(seeds.length, 'seed')} and ${testImages} test images, differences below about ${size}${unit} may be chance.${remedy(open, seeds.length)}`,
        ]
      : []),
    ...(against.length > 1
      ? [`Each 95 % interval covers its own difference, not all ${against.length} at once.`]
      : []),
  ];
  return {
    arm,
    short: verdict(arm, better, worse, open),
    details: sentences.join(' '),
  };
}

/**
 * What narrows the intervals that leave a difference open: more seeds where they are over seeds and those are few, more
 * test images where they are over images. Nothing where files of before do not say.
 */
function remedy(open: Payoff['against'], seeds: number): string {
  const over = (what: ArmDifference['over']) => open.filter(({ difference: d }) => d.over === what);
  const against = (arms: Payoff['against']): string =>
    arms.length === open.length
      ? 'the intervals'
      : `the ${arms.length === 1 ? 'interval' : 'intervals'} against ${namesOf(arms)}`;
  const bySeeds = seeds > fewSeeds ? [] : over('seeds');
  const byImages = over('images');
  return [
    ...(bySeeds.length > 0
      ? [` More seeds (--resume --seeds ${moreThan(seeds)}) narrow ${against(bySeeds)}.`]
      : []),
    ...(byImages.length > 0 ? [` More test images narrow ${against(byImages)}.`] : []),
  ].join('');
}

/** Arms that it beats, that beat it, and those whose interval contains 0. */
function sorted({ against }: Payoff, { better: direction }: Figure) {
  const sign = direction === 'higher' ? 1 : -1;
  const ends = ({ low, high }: Interval): [number, number] =>
    sign === 1 ? [low, high] : [-high, -low];
  const better = against.filter(({ difference }) => ends(difference)[0] > 0);
  const worse = against.filter(({ difference }) => ends(difference)[1] < 0);
  const open = against.filter((one) => !better.includes(one) && !worse.includes(one));
  return { better, worse, open };
}

function verdict(arm: string, better: Arms, worse: Arms, open: Arms): string {
  const rest = open.length === 0 ? '' : `; ${arm} does not differ detectably from ${namesOf(open)}`;
  if (better.length > 0) {
    const lost = worse.length === 0 ? '' : `, worse than ${namesOf(worse)}`;
    const answer = lost === '' && rest === '' ? 'Yes' : 'In part';
    return `${answer}: ${arm} does better than ${namesOf(better)}${lost}${rest}.`;
  }
  if (worse.length > 0) {
    const verb = worse.length === 1 ? 'does' : 'do';
    return `No: ${namesOf(worse)} ${verb} better than ${arm}${rest}.`;
  }
  return `Not shown: ${arm} does not differ detectably from ${namesOf(open)}.`;
}

type Arms = readonly { readonly name: string }[];

const namesOf = (arms: Arms): string => listed(arms.map(({ name }) => name));
