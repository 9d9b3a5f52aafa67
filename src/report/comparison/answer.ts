import type { Comparison, Figure, Interval, Payoff } from '../../run/files/index.js';
import { changeText } from '../figure-text.js';

/** Does the safe set pay? In words, with what is certain about it. */
export interface Answer {
  /** The arm that it is about. */
  readonly arm: string;
  /** One sentence. */
  readonly short: string;
  /** The differences to the arms that it names, and what could not be told. */
  readonly details: string;
}

/** Up to here Student’s t is several times as wide as with many. */
const fewSeeds = 3;

/** What a comparison answers for each arm with a safe set; none where it has none, or nothing beside it. */
export function answersOf(comparison: Comparison): Answer[] {
  return (comparison.payoff ?? [])
    .filter(({ against }) => against.length > 0)
    .map((about) => answerAbout(about, comparison));
}

function answerAbout(about: Payoff, { figures, seeds, testImages }: Comparison): Answer {
  const [first] = figures;
  const { arm, against } = about;
  const { better, worse, open } = sorted(about, first);
  const unit = first.share ? ' points' : '';
  const shown = [...better, ...worse].map(
    ({ name, difference }) => `${name} ${rangeText(first, difference)}`,
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
          `With ${seeds.length} ${seeds.length === 1 ? 'seed' : 'seeds'} and ${testImages} test images, differences below about ${size}${unit} cannot be told from chance.${seeds.length > fewSeeds ? '' : ' More seeds (--seeds) narrow them most.'}`,
        ]
      : []),
    ...(against.length > 1
      ? [`Each interval holds with 95 % on its own, not all ${against.length} together.`]
      : []),
  ];
  return {
    arm,
    short: verdict(arm, names(better), names(worse), names(open)),
    details: sentences.join(' '),
  };
}

/** Arms that one surely beats, that surely beat it, and the others. */
function sorted({ against }: Payoff, { better: direction }: Figure) {
  const sign = direction === 'higher' ? 1 : -1;
  const ends = ({ low, high }: Interval): [number, number] =>
    sign === 1 ? [low, high] : [-high, -low];
  const better = against.filter(({ difference }) => ends(difference)[0] > 0);
  const worse = against.filter(({ difference }) => ends(difference)[1] < 0);
  const open = against.filter((one) => !better.includes(one) && !worse.includes(one));
  return { better, worse, open };
}

function verdict(arm: string, better: string, worse: string, open: string): string {
  if (worse === '' && open === '') return `Yes: ${arm} surely does better than ${better}.`;
  if (better === '' && worse === '') return `Not shown: ${arm} and ${open} cannot be told apart.`;
  if (better === '') {
    const rest = open === '' ? '' : `; from ${open} it cannot be told apart`;
    return `No: ${worse} surely ${worse.includes(' and ') ? 'do' : 'does'} better than ${arm}${rest}.`;
  }
  const lost = worse === '' ? '' : `, worse than ${worse}`;
  const rest = open === '' ? '' : `; from ${open} it cannot be told apart`;
  return `In part: ${arm} surely does better than ${better}${lost}${rest}.`;
}

/** `none`, `none and all`, `none, all and standard`; empty for none at all. */
function names(arms: readonly { readonly name: string }[]): string {
  const all = arms.map(({ name }) => name);
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
}

/** `+1.2 [+0.3, +2.1]` */
export function rangeText(figure: Figure, { value, low, high }: Interval): string {
  const text = changeText(figure, value);
  return low === high ? text : `${text} [${changeText(figure, low)}, ${changeText(figure, high)}]`;
}
