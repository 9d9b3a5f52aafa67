import { plainTable } from '../../core/index.js';
import type { ArmResult, Comparison, Interval } from '../../run/files/index.js';
import { answersOf } from './answer.js';
import { armTable, noteOf } from './arm-table.js';

/** The table for a terminal. */
export function textTable(comparison: Comparison): string {
  const { heads, rows } = armTable(comparison);
  return [
    ...[plainTable({ heads, rows, right: heads.map((_, column) => column).slice(1) }), ''],
    noteOf(comparison),
    ...answersInWords(comparison).flatMap((answer) => ['', answer]),
  ].join('\n');
}

/** The table in Markdown. */
export function markdownTable(comparison: Comparison): string {
  const { heads, rows } = armTable(comparison);
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = `| --- |${' ---: |'.repeat(heads.length - 1)}`;
  const bold = (question: string): string => `**${question}**`;
  const answers = answersInWords(comparison, bold).flatMap((answer) => [answer, '']);
  const lines = [line(heads), rule, ...rows.map(line), '', noteOf(comparison)];
  return `${[...answers, ...lines].join('\n')}\n`;
}

/** The table in LaTeX, for `booktabs`. */
export function latexTable(comparison: Comparison): string {
  const { heads, rows } = armTable(comparison);
  const line = (row: readonly string[]): string => `  ${row.map(latex).join(' & ')} \\\\`;
  return [
    `% ${noteOf(comparison)}`,
    `\\begin{tabular}{l${'r'.repeat(heads.length - 1)}}`,
    '  \\toprule',
    line(heads),
    '  \\midrule',
    ...rows.map(line),
    '  \\bottomrule',
    '\\end{tabular}',
    '',
  ].join('\n');
}

function latex(text: string): string {
  return text
    .replace(/[\\{}]/g, (c) => (c === '\\' ? '\\textbackslash{}' : `\\${c}`))
    .replace(/[%&#_$]/g, '\\$&')
    .replaceAll('−', '$-$')
    .replaceAll('\u202f', '\\,');
}

/** Every number for other programs, a row an arm; `low` and `high` are the ends of the intervals. */
export function csvTable({ figures, arms }: Comparison): string {
  const heads = [
    ...['arm', 'policy', 'pretrained', 'same_as', 'seeds'],
    ...figures.flatMap(({ key }) => [key, `${key}_low`, `${key}_high`]),
    ...['to_none', 'to_all'].flatMap((name) => [name, `${name}_low`, `${name}_high`]),
    ...['images', 'seconds'],
  ];
  const ends = (interval: Interval | null | undefined): (number | string)[] =>
    interval ? [interval.value, interval.low, interval.high] : ['', '', ''];
  const row = (arm: ArmResult): (number | string)[] => [
    ...[arm.name, arm.policy, arm.pretrained ? 'all' : '', arm.sameAs ?? '', arm.runs.length],
    ...figures.flatMap(({ key }) => ends(arm.figures[key])),
    ...ends(arm.toNone),
    ...ends(arm.toAll),
    ...[arm.images, arm.seconds],
  ];
  return [heads, ...arms.map(row)].map((cells) => `${cells.map(quoted).join(',')}\r\n`).join('');
}

/** RFC 4180. */
function quoted(cell: number | string): string {
  const text = String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A paragraph for each arm with a learned set; none where there is none. */
function answersInWords(comparison: Comparison, asked = (question: string) => question): string[] {
  return answersOf(comparison).map(({ question, short, details }) =>
    `${question === null ? '' : `${asked(question)} `}${short} ${details}`.trim(),
  );
}
