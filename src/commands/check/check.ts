import {
  manifestSchema,
  readRunFile,
  requireLearned,
  selectionSchema,
  type Manifest,
  type Selection,
} from '../../run/files/index.js';
import {
  toolTables,
  type RecipeTask,
  type TaskDefaults,
  type ToolDefault,
  type ToolDefaults,
} from '../../recipes/index.js';
import { UserError } from '../../core/index.js';
import { findingOf, gravest, standings, standingText, type Judged } from './finding.js';
import type { OperationFinding, Standing } from './finding.js';
import { readRecipe } from './recipe-file.js';
import { atOnceFinding } from './at-once.js';

export interface CheckOptions {
  /** Folder of a finished `learn` or `judge`. */
  readonly run: string;
  /** Tools by their names, or files; at least one. */
  readonly recipes: readonly string[];
}

/** One default of a tool, and what the run says about it. */
export interface DefaultFinding {
  readonly name: string;
  readonly setting: string;
  /** Share of the images. */
  readonly p: number;
  readonly only?: string;
  readonly standing: Standing;
  /** A few words for people. */
  readonly words: string;
  readonly detail?: string;
  /** How the tool switches it off. */
  readonly off: string;
  /** How the tool holds it within the range that is known to keep the labels, where it can. */
  readonly limit?: string;
  readonly how: ToolDefault['how'];
  readonly operations: readonly OperationFinding[];
}

/** A tool's defaults, the gravest first. */
export interface RecipeFinding {
  readonly recipe: string;
  readonly tool: string;
  /** Packages and versions that the table was read from; absent for files. */
  readonly read?: ToolDefaults['read'];
  readonly what: string;
  readonly note?: string;
  readonly defaults: readonly DefaultFinding[];
  /** Defaults that cost more together than each alone, by the run's pairs. */
  readonly conflicts: readonly { readonly members: readonly string[]; readonly evidence: string }[];
  /** Safe here, and off in the tool: with the argument that switches it on, where there is one. */
  readonly leavesOff: readonly { readonly name: string; readonly on?: string }[];
  /** How many defaults break labels, of all classes or of some. */
  readonly breaking: number;
}

/** What `check` found: plain JSON. */
export interface CheckResult {
  readonly version: 1;
  readonly run: string;
  /** The data that the run judged, as given to it. */
  readonly data: string;
  readonly task: string;
  readonly taskFigure: string;
  readonly status: Selection['status'];
  /** Why there is no verdict, where the network has not learned enough. */
  readonly noVerdict?: string;
  /** Runs of earlier versions have verdicts and no grades: what breaks labels is not known. */
  readonly graded: boolean;
  readonly recipes: readonly RecipeFinding[];
  /** Something that is on by default breaks labels. */
  readonly breaks: boolean;
}

/**
 * Sets what tools do by default beside the verdicts of a run.
 *
 * @throws UserError `RUN_INCOMPLETE`, `RUN_KIND`, `RUN_DAMAGED`, `RUN_SEVERAL`, `RECIPE_UNKNOWN`, `RECIPE_UNREADABLE`, `RECIPE_INVALID`,
 * `RECIPE_TASK`
 */
export function checkRun({ run, recipes }: CheckOptions): CheckResult {
  requireLearned(run, 'pass the folder of a `learn` or `judge` run', ['learn', 'judge']);
  const selection = readRunFile(run, 'selection', selectionSchema);
  const { data } = readRunFile(run, 'manifest', manifestSchema);
  const tables = recipes.map(
    (given) => toolTables.find(({ id }) => id === given) ?? readRecipe(given),
  );
  const judged = { selection, size: { width: data.width, height: data.height } };
  const findings = tables.map((table) => recipeFinding(table, judged, data));
  const undertrained = selection.status === 'undertrained';
  return {
    version: 1,
    run,
    data: data.source,
    task: data.task ?? 'classification',
    taskFigure: selection.taskFigure ?? 'accuracy',
    status: selection.status,
    ...(undertrained && { noVerdict: selection.augmentations[0]?.reason ?? 'undertrained' }),
    graded: selection.augmentations.some(({ grade }) => grade !== undefined),
    recipes: findings,
    breaks: findings.some(({ breaking }) => breaking > 0),
  };
}

function recipeFinding(
  { id, tool, read, tasks }: ToolDefaults,
  judged: Judged,
  data: Manifest['data'],
): RecipeFinding {
  const task: RecipeTask = data.task === 'segmentation' ? 'segmentation' : 'classification';
  const table = tasks[task];
  if (table === undefined)
    throw new UserError('RECIPE_TASK', `${tool} has no defaults for ${task}.`, {
      where: `--recipe ${id}`,
      expected: `a tool that has: ${toolTables
        .filter((other) => other.tasks[task] !== undefined)
        .map((other) => other.id)
        .join(', ')}`,
      remedy: 'name one of them, or a file',
    });
  const { what, note } = table;
  const defaults = table.defaults
    .map((given) => defaultFinding(given, judged))
    .sort((a, b) => standings.indexOf(a.standing) - standings.indexOf(b.standing));
  return {
    recipe: id,
    tool,
    ...(read && { read }),
    what,
    ...(note !== undefined && { note }),
    defaults,
    conflicts: conflictsAmong(defaults, judged.selection),
    leavesOff: leftOff(table, judged.selection),
    breaking: defaults.filter(({ standing }) => standing.startsWith('breaks')).length,
  };
}

function defaultFinding(given: ToolDefault, judged: Judged): DefaultFinding {
  const { name, setting, p, only, off, limit, how } = given;
  const operations = given.operations.map((operation) => findingOf(operation, judged));
  return {
    name,
    setting,
    p,
    ...(only !== undefined && { only }),
    ...summaryOf(how, operations, judged),
    off,
    ...limited(limit, operations, judged),
    how,
    operations,
  };
}

/** What several operations come to as one default. */
function summaryOf(
  how: ToolDefault['how'],
  operations: readonly OperationFinding[],
  judged: Judged,
): Pick<DefaultFinding, 'standing' | 'words' | 'detail'> {
  if (how === 'together') return atOnceFinding(operations, judged.selection);
  if (how === 'one') {
    const [{ standing, words, detail }] = operations;
    return { standing, words, ...(detail !== undefined && { detail }) };
  }
  const standing = gravest(operations.map((o) => o.standing));
  const those = operations.filter((o) => o.standing === standing);
  return {
    standing,
    words: `${standingText[standing]}: ${those.length} of ${operations.length} operations`,
  };
}

/** The tool's argument that ends where the labels are known to be kept. */
function limited(
  limit: ToolDefault['limit'],
  [only, ...others]: readonly OperationFinding[],
  { selection }: Judged,
): Pick<DefaultFinding, 'limit'> {
  if (limit === undefined || others.length > 0) return {};
  const reach = only.reach?.find(({ option }) => limit.options.includes(option));
  const largest = reach && only.upTo?.[reach.option];
  const result = selection.augmentations.find(({ name }) => name === only.transform);
  if (reach === undefined || largest === undefined || result === undefined) return {};
  if (largest <= 0 || largest >= reach.tool) return {};
  const range = result.strengths?.find(({ option }) => option === reach.option);
  const options = largest === reach.judged ? result.params : (range?.keepOptions ?? range?.options);
  // Rounded down, so that it stays within.
  const rounded = Math.floor(1e4 * largest + 1e-6) / 1e4;
  return { limit: limit.write(rounded, options ?? {}) };
}

/** Conflicts of the run whose members are all on, and do no harm alone. */
function conflictsAmong(
  defaults: readonly DefaultFinding[],
  selection: Selection,
): RecipeFinding['conflicts'] {
  const on = new Set(
    defaults
      .flatMap(({ operations }) => operations)
      .filter(({ standing }) => standing === 'safe' || standing === 'label-keeping')
      .map(({ transform }) => transform),
  );
  const all = [...selection.conflicts, ...(selection.keepConflicts ?? [])];
  const found = all.filter(({ members }) => members.every((name) => on.has(name)));
  const named = new Map(found.map((c) => [c.members.join(), c]));
  return [...named.values()].map(({ members, evidence }) => ({ members, evidence }));
}

/** Safe here for all classes, and not among what the tool does. */
function leftOff(table: TaskDefaults, { augmentations }: Selection): RecipeFinding['leavesOff'] {
  const on = table.defaults
    .flatMap(({ operations }) => operations)
    .flatMap(({ same }) => same.map(({ transform }) => transform));
  return augmentations
    .filter(({ name, verdict, except }) => verdict === 'safe' && !except && !on.includes(name))
    .map(({ name }) => {
      const argument = table.leavesOff[name];
      return { name, ...(argument !== undefined && { on: argument }) };
    });
}
