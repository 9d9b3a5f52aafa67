import { printable } from '../../core/index.js';
import type { ToolDifference, Differences, ExportablePolicy } from './exported.js';

/** What the head of a file says of the tool that it is for. */
export interface HeadOf {
  /** Name and releases of the library. */
  readonly library: string;
  /** Releases that exported files were run with. */
  readonly checked: string;
  /** How the file is used, one line each. */
  readonly usage: readonly string[];
}

/**
 * The head of an exported file, line by line without comment signs: what it is and for whom, where the policy comes from, how
 * it is used, and how it differs from the policy.
 */
export function headOf(
  { size, source, last, omitted: before = [] }: ExportablePolicy,
  { library, checked, usage }: HeadOf,
  { approximate, omitted }: Pick<Differences, 'approximate' | 'omitted'>,
): string[] {
  const from =
    source &&
    `Learned by safe-augment ${source.version} from ${printable(source.data)}${source.date === undefined ? '' : ` on ${source.date}`}: set ${source.set} of the run ${printable(source.run)}.`;
  return [
    `Augmentation policy for ${library}.`,
    '',
    ...wrapped(from ?? ''),
    ...wrapped(`Learned on images of ${size.height}x${size.width} pixels (height x width).`),
    ...wrapped(`Checked with ${checked}.`),
    '',
    ...usage,
    ...(last === undefined
      ? []
      : wrapped(
          `The last ${percent(last.share)} of the epochs are trained with the safe set alone: last_transform.`,
        )),
    ...listed('Nearly as in the policy', approximate),
    ...listed('Left out', [...before, ...omitted]),
  ];
}

function listed(title: string, differences: readonly ToolDifference[]): string[] {
  if (differences.length === 0) return [];
  const items = differences.flatMap(({ name, difference }) =>
    wrapped(`${name}: ${difference}.`).map((line, i) => (i === 0 ? `- ${line}` : `  ${line}`)),
  );
  return ['', `${title}:`, ...items];
}

/** A share for people: 0.1 is 10 %. */
export function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}

const widest = 96;

/** Lines of at most 96 characters; words longer than that stay whole. */
function wrapped(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(/ (?!%)/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= widest)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
