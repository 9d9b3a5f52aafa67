import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { readRegularFile, UserError } from '../../core/index.js';
import { readSettings } from '../../config/read-settings.js';
import { eventLineSchema, type EventLine } from './events-file.js';

/** Names of a run folder's files. */
export const runFiles = {
  config: 'config.json',
  manifest: 'manifest.json',
  parts: 'parts.csv',
  events: 'events.jsonl',
  checkpoint: 'checkpoint',
  selection: 'selection.json',
  policy: 'policy.json',
  policyAlbumentations: 'policy.albumentations.json',
  samples: 'samples.json',
  results: 'results.json',
  resultsMarkdown: 'results.md',
  resultsCsv: 'results.csv',
  resultsLatex: 'results.tex',
  report: 'report.html',
} as const;

export type RunFile = keyof typeof runFiles;

/** The folder with the checkpoints of a fold, from 0: of the first, and where there are no folds, that of any training. */
export function checkpointFolder(fold: number): string {
  return fold === 0 ? runFiles.checkpoint : `${runFiles.checkpoint}-fold${fold + 1}`;
}

/**
 * Reads and checks a JSON file of a run folder.
 *
 * @throws UserError `RUN_INCOMPLETE` when it is not there, `RUN_DAMAGED` when it is not as it should be.
 */
export function readRunFile<S extends z.ZodType>(
  run: string,
  name: RunFile,
  schema: S,
): z.output<S> {
  const path = join(run, runFiles[name]);
  if (!existsSync(path)) {
    refuseSets(run);
    throw new UserError('RUN_INCOMPLETE', 'This folder does not contain a finished run.', {
      where: run,
      expected: `a file ${runFiles[name]}`,
      remedy: 'pass the folder of a finished run, or finish this one with --resume',
    });
  }
  let value: unknown;
  try {
    value = JSON.parse(readRegularFile(path).toString());
  } catch (cause) {
    throw new UserError(
      'RUN_DAMAGED',
      'A file of the run is not JSON.',
      { where: path, remedy: 'restore it from a copy, or repeat the run with --overwrite' },
      { cause },
    );
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new UserError('RUN_DAMAGED', 'A file of the run is damaged.', {
    where: `${path}, ${issue.path.join('.')}`,
    got: issue.message,
  });
}

/** Where a run on two data sets or more keeps the run folder of each. */
export const setsFolder = 'sets';

/** The run folders of a run's data sets, in alphabetical order; none where the run is on one data set. */
export function setsIn(run: string): string[] {
  const folder = join(run, setsFolder);
  if (!existsSync(folder)) return [];
  const all = readdirSync(folder).sort();
  return all
    .map((name) => join(folder, name))
    .filter((set) => existsSync(join(set, runFiles.config)));
}

/** Verdicts and policies are those of one data set. @throws UserError `RUN_SEVERAL` */
function refuseSets(run: string): void {
  const sets = setsIn(run);
  if (sets.length === 0) return;
  throw new UserError('RUN_SEVERAL', 'This run covers several data sets.', {
    where: run,
    expected: 'the run folder of one of them',
    remedy: `name one: ${sets.join(', ')}`,
  });
}

/** The mistake of resuming a run where there is none. */
export function nothingToResume(out: string): UserError {
  return new UserError('RUN_MISSING', 'There is no run to resume.', {
    where: out,
    expected: `a run folder with ${runFiles.config}`,
    remedy: "name the interrupted run's folder with --out, or omit --resume",
  });
}

/** The command that made a run; undefined where the folder holds none. A configuration of `learn` does not name it. */
export function commandOf(run: string): string | undefined {
  const path = join(run, runFiles.config);
  if (!existsSync(path)) return undefined;
  return String(readSettings(path).command ?? 'learn');
}

/**
 * A training has a network, and neither a policy nor verdicts.
 *
 * @param kinds commands whose runs will do; a folder without a run's configuration is left to others
 * @throws UserError `RUN_KIND`
 */
export function requireLearned(
  run: string,
  remedy: string,
  kinds: readonly string[] = ['learn', 'compare'],
): void {
  const command = commandOf(run);
  if (command === undefined || kinds.includes(command)) return;
  throw new UserError('RUN_KIND', 'This is not a `learn` run.', {
    where: run,
    expected: 'the folder of a `learn` run',
    got: `the folder of a \`${command}\` run`,
    remedy,
  });
}

/** The events of a run, oldest first. A last line cut short by a crash is left out. @throws UserError `RUN_DAMAGED` */
export function readEvents(run: string): EventLine[] {
  const path = join(run, runFiles.events);
  if (!existsSync(path)) return [];
  if (!statSync(path).isFile())
    throw new UserError('RUN_DAMAGED', 'A file of the run is damaged.', {
      where: path,
      expected: 'a file',
      got: statSync(path).isDirectory() ? 'a folder' : 'a pipe or device',
      remedy: 'restore it from a copy, or remove it',
    });
  const events: EventLine[] = [];
  for (const line of textOf(path).split('\n')) {
    if (line.trim() === '') continue;
    const parsed = eventLineSchema.safeParse(parseJson(line));
    if (parsed.success) events.push(parsed.data);
  }
  return events;
}

/** @throws UserError `RUN_DAMAGED` where it is no file, or cannot be read */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new UserError(
      'RUN_DAMAGED',
      'A file of the run cannot be read.',
      {
        where: path,
        expected: 'a file',
        got: (cause as NodeJS.ErrnoException).code === 'EISDIR' ? 'a folder' : String(cause),
        remedy: 'restore it from a copy, or remove it: the report then has no curves',
      },
      { cause },
    );
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
