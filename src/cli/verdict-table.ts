import { plainTable } from '../core/index.js';
import type { GradeName, Selection, Verdict } from '../run/files/index.js';

const colours: Record<Verdict | GradeName, number> = {
  safe: 32,
  unsafe: 31,
  undecided: 33,
  'label-keeping': 36,
  'label-breaking': 31,
};

/** Whether standard output is a terminal and NO_COLOR is not set. */
export function showsColour(): boolean {
  return process.stdout.isTTY === true && !process.env.NO_COLOR;
}

/** A verdict or a grade, padded to one width. */
function verdictCell(verdict: Verdict | GradeName, colour: boolean, width = 9): string {
  return coloured(verdict.padEnd(width), verdict, colour);
}

/** A text in the colour of a verdict or grade. */
export function coloured(text: string, of: Verdict | GradeName, colour: boolean): string {
  return colour ? `\x1b[${colours[of]}m${text}\x1b[0m` : text;
}

const gradeWidth = 'label-breaking'.length;

/** The verdicts as a table for a terminal, the least recognised augmentation first. */
export function verdictTable(selection: Selection, colour = showsColour()): string {
  const rows = [...selection.augmentations].sort((a, b) => a.j - b.j);
  // Runs of earlier versions have no grades, nor runs judged by a network that knows other classes.
  const graded = rows.some((r) => r.grade !== undefined);
  const verdicts = plainTable({
    heads: [
      'augmentation',
      'verdict',
      ...(graded ? ['grade'] : []),
      'J',
      '[interval]',
      'AUC',
      'task change (points)',
    ],
    rows: rows.map((r) => [
      r.name,
      verdictCell(r.verdict, colour),
      ...(graded ? [verdictCell(r.grade ?? 'undecided', colour, gradeWidth)] : []),
      signed(r.j),
      `[${signed(r.jLow)}, ${signed(r.jHigh)}]`,
      r.auc.toFixed(3),
      signed(100 * r.taskChange.value, 1),
    ]),
    right: [graded ? 6 : 5],
  });
  const controls = plainTable({
    rows: selection.controls.map((c) => [
      `  ${c.kind}`,
      c.name,
      `J ${signed(c.j)} [${signed(c.jLow)}, ${signed(c.jHigh)}]`,
      c.passed ? 'as expected' : `NOT as expected: ${expectedOf[c.kind]}`,
    ]),
  });
  return [
    verdicts,
    '',
    `delta = ${selection.delta.toFixed(3)} (${selection.deltaFrom})`,
    ...(controls === '' ? [] : ['controls', controls]),
    ...foldLines(selection),
    ...classLines(selection),
    '',
    summary(selection),
  ].join('\n');
}

/** That several networks judged, and which of them the run's is; nothing where it has one. */
export function foldLines({ folds }: Selection): string[] {
  if (folds === undefined) return [];
  return [
    `${folds} networks judged, each the images that it was not trained on; \`judge\` and \`train --init\` use the first`,
  ];
}

/** How the classes of uneven data come off, and those that no verdict speaks for alone; nothing where all have enough. */
export function classLines({
  cleanAccuracy,
  balancedAccuracy,
  untestedClasses = [],
}: Selection): string[] {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const lines: string[] = [];
  if (balancedAccuracy !== undefined && cleanAccuracy !== undefined)
    lines.push(
      `accuracy ${percent(cleanAccuracy.value)}, balanced accuracy ${percent(balancedAccuracy)} on clean judging images`,
    );
  if (untestedClasses.length > 0) {
    const named = untestedClasses.slice(0, mostNamed).map((c) => `${c.class} (${c.judged})`);
    const more =
      untestedClasses.length > mostNamed ? `, and ${untestedClasses.length - mostNamed} more` : '';
    lines.push(
      `harm is tested over all classes together, but not for these alone, which have few judging images: ${named.join(', ')}${more}`,
    );
  }
  return lines;
}

/** Classes named at most. */
const mostNamed = 8;

/** What is expected of a control, by its interval. */
const expectedOf: Record<Selection['controls'][number]['kind'], string> = {
  negative: 'it does nothing, so the lower end of J’s interval should be below delta',
  harmless: 'the lower end of J’s interval should be below delta',
  positive: 'the whole interval of J should be above 0.5',
};

function summary(selection: Selection): string {
  if (selection.status === 'undertrained') return `No verdict: ${whyNoVerdict(selection)}.`;
  const { augmentations } = selection;
  const open = augmentations.filter((a) => a.verdict === 'undecided').length;
  const hint = open > 0 ? ` (${open} undecided: more images or more time may decide)` : '';
  return [`Safe: ${namesOf(selection.safe)}${hint}`, ...gradeLines(selection)].join('\n');
}

/** What keeps the labels beside what is safe, and what breaks them; nothing where nothing is graded. */
function gradeLines({ augmentations }: Selection): string[] {
  if (!augmentations.some(({ grade }) => grade !== undefined)) return [];
  const of = (grade: GradeName): string[] =>
    augmentations.filter((a) => a.grade === grade).map(({ name }) => name);
  return [
    `Label-keeping: ${namesOf(of('label-keeping'))}`,
    `Label-breaking: ${namesOf(of('label-breaking'))}`,
  ];
}

const namesOf = (names: readonly string[]): string =>
  names.length === 0 ? 'none' : names.join(', ');

/** Why a run has no verdict, and what helps: judging's own words, which every augmentation has as its reason. */
export function whyNoVerdict({ augmentations }: Selection): string {
  const reason = augmentations[0]?.reason ?? 'no augmentation was judged';
  return reason.replace(/^undertrained: /, '');
}

/** With a sign always. */
function signed(x: number, digits = 3): string {
  return `${x < 0 ? '-' : '+'}${Math.abs(x).toFixed(digits)}`;
}

/** Verdict and J of every augmentation for data sets side by side, the least recognised first. */
export function setsTable(
  sets: readonly { readonly name: string; readonly selection: Selection }[],
  colour = showsColour(),
): string {
  const [first] = sets;
  const rows = first.selection.augmentations.map(({ name }) => ({
    name,
    cells: sets.map(({ selection }) => selection.augmentations.find((a) => a.name === name)!),
  }));
  const total = (row: (typeof rows)[number]): number => row.cells.reduce((sum, a) => sum + a.j, 0);
  return plainTable({
    heads: ['augmentation', ...sets.map(({ name }) => name)],
    rows: rows
      .sort((a, b) => total(a) - total(b))
      .map(({ name, cells }) => [
        name,
        ...cells.map((a) => `${verdictCell(a.verdict, colour)} J ${signed(a.j, 2)}`),
      ]),
  });
}
