import { plainTable } from '../core/index.js';
import type { NextStep } from '../report/index.js';
import type { GradeName, Selection, Verdict } from '../run/files/index.js';
import { classLines, coloured, foldLines, showsColour, whyNoVerdict } from './verdict-table.js';

export interface Advice {
  readonly steps: readonly NextStep[];
  readonly surer: readonly string[];
}

/** Columns of a terminal that does not say how many it has. */
const usualWidth = 100;
/** Narrower, words would stand alone. */
const leastWidth = 50;

/**
 * The verdicts in a few lines: what is safe, what keeps and what breaks the labels, what is open, what to do next, and
 * what would make it surer. Every figure stands in the table (`verdictTable`) and the report.
 */
export function answer(
  selection: Selection,
  { steps, surer }: Advice,
  { colour = showsColour(), width = process.stdout.columns ?? usualWidth } = {},
): string {
  const columns = Math.max(leastWidth, width);
  if (selection.status === 'undertrained')
    return wrapped(`No verdict: ${whyNoVerdict(selection)}.`, columns, 0).join('\n');
  const groups = groupsOf(selection).flatMap(({ title, grade, names }) => {
    const lines = wrapped(`${title}: ${names.join(', ') || 'none'}`, columns, 2);
    return [lines[0].replace(title, coloured(title, grade, colour)), ...lines.slice(1)];
  });
  const facts = [...taskLines(selection), ...foldLines(selection), ...classLines(selection)];
  const table = plainTable({ rows: steps.map(({ purpose, command }) => [purpose, command]) });
  return [
    ...groups,
    ...facts.flatMap((line) => wrapped(sentence(line), columns, 2)),
    ...surer.flatMap((line) => wrapped(line, columns, 2)),
    ...(steps.length === 0 ? [] : ['', table]),
  ].join('\n');
}

interface Group {
  readonly title: string;
  readonly grade: Verdict | GradeName;
  readonly names: readonly string[];
}

/** The augmentations by what they do, the least recognised first; a group without members is left out, but for the safe. */
function groupsOf({ augmentations }: Selection): Group[] {
  const sorted = [...augmentations].sort((a, b) => a.j - b.j);
  // Runs of earlier versions have no grades, nor runs judged by a network that knows other classes.
  const graded = augmentations.some(({ grade }) => grade !== undefined);
  const groups: Group[] = [
    group('Safe (not detected, no harm)', 'safe', (a) => a.verdict === 'safe'),
    group('Keeps the labels', 'label-keeping', (a) => gradeOf(a) === 'label-keeping'),
    group('Breaks the labels', 'label-breaking', (a) => gradeOf(a) === 'label-breaking', true),
    group(
      graded ? 'Detected, harm undecided' : 'Unsafe',
      'unsafe',
      (a) => isOpen(a) && a.verdict === 'unsafe',
      true,
    ),
    group('Undecided', 'undecided', (a) => isOpen(a) && a.verdict === 'undecided'),
  ];
  return groups.filter(({ grade, names }) => grade === 'safe' || names.length > 0);

  function group(
    title: string,
    grade: Group['grade'],
    isIn: (a: Selection['augmentations'][number]) => boolean,
    withCost = false,
  ): Group {
    const own = sorted.filter(isIn);
    if (withCost) own.sort((a, b) => a.taskChange.value - b.taskChange.value);
    const names = own.map((a) => (withCost ? `${a.name} (${points(a.taskChange.value)})` : a.name));
    return { title, grade, names };
  }
}

/** A grade beside a verdict that is not safe; runs of earlier versions have none. */
const gradeOf = ({ verdict, grade }: Selection['augmentations'][number]): GradeName | undefined =>
  verdict === 'safe' ? undefined : grade;

const isOpen = (a: Selection['augmentations'][number]): boolean =>
  a.verdict !== 'safe' && !['label-keeping', 'label-breaking'].includes(gradeOf(a) ?? '');

/** Change of the task's figure in percentage points. */
const points = (change: number): string =>
  `${change < 0 ? '−' : '+'}${Math.abs(100 * change).toFixed(0)} points`;

/** How well the task was learned, with its interval. */
function taskLines({ cleanAccuracy, taskFigure = 'accuracy', pixelAccuracy }: Selection): string[] {
  if (cleanAccuracy === undefined) return [];
  const { value, low, high } = cleanAccuracy;
  const percent = (share: number): string => (100 * share).toFixed(1);
  const figure = `${taskFigure[0].toUpperCase()}${taskFigure.slice(1)}`;
  const pixels = pixelAccuracy === undefined ? '' : `; pixel accuracy ${percent(pixelAccuracy)} %`;
  return [
    `${figure} on the judging images: ${percent(value)} % [${percent(low)}, ${percent(high)}]${pixels}`,
  ];
}

/** Facts stand in tables too, where they begin small. */
const sentence = (line: string): string => `${line[0].toUpperCase()}${line.slice(1)}`;

/** A text in lines of at most so many columns; words longer than that stay whole. @param indent of all but the first */
export function wrapped(text: string, columns: number, indent: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const next = line === '' ? word : `${line} ${word}`;
    if (line.trim() !== '' && next.length > columns) {
      lines.push(line);
      line = `${' '.repeat(indent)}${word}`;
    } else line = next;
  }
  return [...lines, line];
}
