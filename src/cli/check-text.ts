import { join } from 'node:path';
import type { CheckResult, DefaultFinding, RecipeFinding } from '../commands/check/check.js';
import { standings, standingText, type Standing } from '../commands/check/finding.js';
import { plainTable, shellWord } from '../core/index.js';
import { runFiles } from '../run/files/index.js';

/** What `check` prints for people: a table a tool, the gravest first, and what follows from it. */
export function checkText(result: CheckResult): string {
  const parts = result.recipes.map((recipe) => recipeText(recipe, result));
  return [...headLines(result), ...parts].join('\n\n');
}

function headLines({ run, noVerdict, graded }: CheckResult): string[] {
  if (noVerdict !== undefined) return [`No verdict: ${noVerdict.replace(/^undertrained: /, '')}.`];
  if (!graded)
    return [
      `This run has verdicts and no grades, so it does not say what breaks labels. To judge it again, without training: remove ${join(run, runFiles.selection)}, then safe-augment learn --resume --out ${shellWord(run)}`,
    ];
  return [];
}

function recipeText(recipe: RecipeFinding, result: CheckResult): string {
  const { tool, read, what, note, defaults } = recipe;
  const version = read === undefined ? '' : ` ${Object.values(read.packages)[0]}`;
  return [
    `${tool}${version} (${what}): on by default, beside the verdicts of ${result.run}`,
    ...(note === undefined ? [] : [note]),
    '',
    ...tableLines(defaults, result.noVerdict === undefined),
    '',
    ...conclusions(recipe, result),
  ].join('\n');
}

/** The table's lines; below a row its details. @param withReasons false where all rows have the same one, said before */
function tableLines(defaults: readonly DefaultFinding[], withReasons: boolean): string[] {
  const lines = plainTable({
    heads: ['default', 'setting', 'images', 'here', 'to switch it off'],
    rows: defaults.map((d) => [d.name, d.setting, shareText(d.p), d.words, remedyOf(d)]),
    right: [2],
  }).split('\n');
  // Heads and dashes come first.
  return [
    ...lines.slice(0, 2),
    ...defaults.flatMap((found, i) => [lines[i + 2], ...detailLines(found, withReasons)]),
  ];
}

const shareText = (share: number): string => `${Number((100 * share).toPrecision(2))} %`;

function remedyOf({ standing, off, limit }: DefaultFinding): string {
  if (standing === 'safe' || standing === 'label-keeping') return '';
  return limit === undefined ? off : `${off}; to keep the labels: ${limit}`;
}

function detailLines(
  { standing, only, detail, how, operations }: DefaultFinding,
  withReasons: boolean,
): string[] {
  const open = standing !== 'safe' && standing !== 'label-keeping';
  // What breaks labels stands in the row.
  const others = operations.filter(
    (o) => o.standing !== standing || !standing.startsWith('breaks'),
  );
  const each = how === 'together' && open ? others.map((o) => `${o.operation}: ${o.words}`) : [];
  const drawn = how === 'drawn' ? standings.flatMap((one) => drawnLine(one, operations)) : [];
  return [
    ...(only === undefined ? [] : [`only where ${only}`]),
    ...(detail === undefined || !withReasons ? [] : [detail]),
    ...each,
    ...drawn,
  ].map((line) => `    ${line}`);
}

function drawnLine(standing: Standing, operations: DefaultFinding['operations']): string[] {
  const those = operations.filter((o) => o.standing === standing);
  if (those.length === 0) return [];
  const names = those.map((o) =>
    standing.startsWith('breaks') ? `${o.operation} (${o.words})` : o.operation,
  );
  return [`${standingText[standing]}: ${names.join(', ')}`];
}

function conclusions(recipe: RecipeFinding, { data, graded, noVerdict }: CheckResult): string[] {
  const { tool, defaults, conflicts, leavesOff, breaking } = recipe;
  const lines = conflicts.map(
    ({ members, evidence }) =>
      `Together they cost more than each alone: ${members.join(' and ')} (${evidence})`,
  );
  const missing = new Set(
    defaults.flatMap(({ operations }) => operations).flatMap((o) => o.wouldJudge ?? []),
  );
  if (missing.size > 0)
    lines.push(
      `Not judged in this run: ${[...missing].join(', ')}. To judge them: safe-augment learn ${shellWord(data)} --augmentations wide`,
    );
  if (leavesOff.length > 0)
    lines.push(
      `Safe here, and off in ${tool}: ${leavesOff.map(({ name, on }) => (on === undefined ? name : `${name} (${on})`)).join(', ')}`,
    );
  const noun = defaults.length === 1 ? 'default' : 'defaults';
  if (breaking > 0)
    lines.push(
      `${breaking} of ${defaults.length} ${noun} of ${tool} ${breaking === 1 ? 'breaks' : 'break'} labels here.`,
    );
  else
    lines.push(
      noVerdict === undefined && graded
        ? `No default of ${tool} is known to break labels here.`
        : `This run does not say whether a default of ${tool} breaks labels.`,
    );
  return lines;
}
