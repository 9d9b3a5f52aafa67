import type { Recommendation } from '../../../commands/recommend/recommend-run.js';
import type { PartRange, PolicyPart } from '../../../commands/recommend/policy-parts.js';
import type { LeftOut } from '../../../commands/recommend/left-out.js';
import { counted, formatDuration } from '../../../core/index.js';
import { wrapped } from '../../learned-answer.js';
import { gainLines } from './gain-lines.js';

/** Columns of a terminal that does not say how many it has. */
const usualWidth = 100;
/** Narrower, words would stand alone. */
const leastWidth = 50;

type Section = [title: string, lines: string[]];

/** What `recommend` prints for people. @param width columns of the terminal */
export function recommendText(
  found: Recommendation,
  width = process.stdout.columns ?? usualWidth,
): string {
  const { most } = found.policy;
  const sections: Section[] = [
    [`Policy recommended, learned from ${found.data}`, policyLines(found)],
    ...(most === undefined
      ? []
      : [
          [
            'At most, as far as the training gets ahead of its held-out images',
            partLines(most),
          ] satisfies Section,
        ]),
    ['Phases', phaseLines(found)],
    ['Expected gain, in points of test accuracy, with 95 % intervals', gainLines(found)],
    // A command that is broken into lines cannot be copied.
    ['Next', []],
  ];
  const columns = Math.max(leastWidth, width) - 2;
  const text = sections.flatMap(([title, lines]) => [
    ...wrapped(title, columns, 2),
    ...lines.flatMap((line) => wrapped(line, columns, 2)).map((line) => `  ${line}`),
    '',
  ]);
  return [...text.slice(0, -1), `  ${found.command}`].join('\n');
}

function policyLines({ noVerdict, policy: { main, leftOut } }: Recommendation): string[] {
  const no = noVerdict === undefined ? [] : [`No verdict: ${noVerdict}.`];
  if (main.length === 0)
    return [
      ...no,
      'Nothing: no augmentation is known to keep the labels.',
      ...leftOutLines(leftOut, false),
    ];
  return [
    ...no,
    ...partLines(main),
    ...leftOutLines(
      leftOut,
      main.some(({ name }) => name === 'PaddedCrop'),
    ),
  ];
}

/** What every image gets, then the choices. */
function partLines(parts: readonly PolicyPart[]): string[] {
  const alone = parts.filter(({ choice }) => choice === undefined);
  const numbers = [...new Set(parts.flatMap(({ choice }) => choice ?? []))];
  const choices = numbers.map((number) =>
    choiceLine(parts.filter(({ choice }) => choice === number)),
  );
  return [
    ...alone.map((part) => `${imagesText(part.chance)}: ${wordsOf(part)}`),
    ...[...new Set(choices)].map((line) =>
      repeated(line, choices.filter((other) => other === line).length),
    ),
  ];
}

/** A choice, once where it is made several times. */
function repeated(line: string, times: number): string {
  if (times === 1) return line;
  const often = times === 2 ? 'Twice' : `${times === 3 ? 'Three' : times} times`;
  return `${often}, one after the other, ${line[0].toLowerCase()}${line.slice(1)}`;
}

/** Parts of which an image gets one at most. */
function choiceLine(parts: readonly PolicyPart[]): string {
  const some = parts.reduce((sum, { chance }) => sum + chance, 0);
  const words = parts.map(wordsOf);
  // Rounding of thirds and the like.
  const nothing = some < 1 - 1e-9 ? `; nothing: ${shareOf(1 - some)}` : '';
  return `One of these (${shareOf(parts[0].chance)} of the images each${nothing}): ${words.join('; ')}`;
}

/** `ShiftScaleRotate (rotateLimit up to 22.5 degrees)`. */
function wordsOf({ name, ranges }: PolicyPart): string {
  if (ranges.length === 0) return name;
  return `${name} (${ranges.map(rangeText).join(', ')})`;
}

function rangeText({ option, upTo, unit }: PartRange): string {
  return `${option} up to ${Number(upTo.toPrecision(3))} ${unit}`;
}

const imagesText = (share: number): string =>
  share === 1 ? 'Every image' : `${shareOf(share)} of the images`;

const shareOf = (share: number): string => `${Number((100 * share).toPrecision(2))} %`;

/** What was judged and left out, in one sentence. @param padded whether there is a padded crop */
function leftOutLines(leftOut: LeftOut, padded: boolean): string[] {
  const reasons: [keyof LeftOut, string][] = [
    ['breaksLabels', 'labels broken'],
    ['breaksSomeClasses', 'labels of some classes broken'],
    ['conflicts', 'harmful together with others'],
    ['undecided', 'undecided'],
    ['blurs', 'blurs small images'],
    ['crops', padded ? 'the padded crop does their work' : 'crops that mirror their border'],
  ];
  const counts = reasons.flatMap(([key, words]) =>
    leftOut[key].length === 0 ? [] : `${leftOut[key].length} (${words})`,
  );
  return counts.length === 0 ? [] : [`Left out: ${counts.join(', ')}.`];
}

function phaseLines({ plan, policy }: Recommendation): string[] {
  const { by, budget, epochs, phases, imagesPerEpoch, seconds, speed } = plan;
  const [main, last] = phases;
  const { imagesPerSecond: rate, cpu, device, threads, precision } = speed;
  const images = imagesPerEpoch.toLocaleString('en');
  const reach =
    by === 'epochs'
      ? `${epochsText(epochs)} of ${images} images take about ${formatDuration(seconds)}`
      : `${formatDuration(budget ?? 0)}${by === 'default' ? ' (the default of `train`)' : ''} allows about ${epochsText(epochs)} of ${images} images`;
  const where = device === 'cpu' ? cpu : `${device}, ${cpu}`;
  const safe = lastText(policy.last);
  const course =
    policy.most === undefined
      ? `${epochsText(main)} with this policy, then ${last === 0 ? 'no last phase: there are too few epochs' : `${last} with ${safe}`}.`
      : `${epochsText(epochs)}, the first${last === 0 ? '' : ` and the last ${last}`} with ${safe}. In between, as far as the training gets ahead of its held-out images, they draw this policy, and then more; from nine of ten right on, two changes or more.`;
  return [
    course,
    `${reach}. An estimate from the speed that \`learn\` measured: ${Math.round(rate)} images/s (${where}, ${counted(threads, 'thread')}, ${precision}). \`train\` measures again${by === 'epochs' ? '' : ' and fits the epochs to the time'}.`,
  ];
}

function lastText({ size, p, transforms }: Recommendation['policy']['last']): string {
  if (transforms.length === 0) return 'the images as they are, since nothing is safe';
  const names = transforms.map(({ name }) => name).join(', ');
  const some = size === transforms.length ? '' : `${size} of `;
  return `the safe set alone (${some}${names}; each in ${shareOf(p)} of the images)`;
}

const epochsText = (count: number): string => counted(count, 'epoch');
