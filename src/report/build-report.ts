import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  comparisonSchema,
  manifestSchema,
  policyFileSchema,
  readEvents,
  readRunFile,
  runFiles,
  samplesSchema,
  selectionSchema,
  setsResultSchema,
  trainingResultSchema,
} from '../run/files/index.js';
import { readSettings } from '../config/index.js';
import { writeAtomic } from '../core/index.js';
import { comparisonPage } from './comparison/comparison-page.js';
import { curvesOfArms } from './comparison/curves-of-arms.js';
import { csvTable, latexTable, markdownTable } from './comparison/table-forms.js';
import { learnPage } from './learn/learn-page.js';
import { setsPage, type ReportedSet } from './sets-page.js';
import { trainingPage } from './training-page.js';

/**
 * Writes a run's `report.html` from the run folder alone. A comparison also gets its table as Markdown, CSV and
 * LaTeX; a run on several data sets gets a report of each.
 *
 * @returns its path
 * @throws UserError `RUN_INCOMPLETE`, `RUN_DAMAGED`
 */
export async function buildReport(run: string): Promise<string> {
  const path = join(run, runFiles.report);
  writeAtomic(path, await makers[kindOf(run)](run));
  return path;
}

const makers = {
  learn: learnReport,
  sets: setsReport,
  train: trainingReport,
  compare: comparisonReport,
} satisfies Record<string, (run: string) => string | Promise<string>>;

/** The command that made a run; `learn` does not stand in its configuration. */
function kindOf(run: string): keyof typeof makers {
  const path = join(run, runFiles.config);
  if (!existsSync(path)) return 'learn';
  const { command, data } = readSettings(path);
  if (command === 'train' || command === 'compare') return command;
  return Array.isArray(data) ? 'sets' : 'learn';
}

function learnReport(run: string): string {
  const selection = readRunFile(run, 'selection', selectionSchema);
  const manifest = readRunFile(run, 'manifest', manifestSchema);
  const drawn = existsSync(join(run, runFiles.samples));
  const samples = drawn ? readRunFile(run, 'samples', samplesSchema) : null;
  const policy = existsSync(join(run, runFiles.policy))
    ? readRunFile(run, 'policy', policyFileSchema)
    : undefined;
  return learnPage({ run, manifest, selection, samples, events: readEvents(run), policy });
}

/** Writes the report of each data set too. */
async function setsReport(run: string): Promise<string> {
  const result = readRunFile(run, 'results', setsResultSchema);
  const manifest = readRunFile(run, 'manifest', manifestSchema);
  const sets: ReportedSet[] = [];
  for (const { name, data, folder } of result.sets) {
    await buildReport(join(run, folder));
    const selection = readRunFile(join(run, folder), 'selection', selectionSchema);
    sets.push({ name, data, selection, report: `${folder}/${runFiles.report}` });
  }
  return setsPage({ manifest, sets, events: readEvents(run) });
}

function trainingReport(run: string): string {
  const result = readRunFile(run, 'results', trainingResultSchema);
  const manifest = readRunFile(run, 'manifest', manifestSchema);
  return trainingPage({ run, manifest, result, events: readEvents(run) });
}

/** Writes the table in its other forms too. */
function comparisonReport(run: string): string {
  const comparison = readRunFile(run, 'results', comparisonSchema);
  const manifest = readRunFile(run, 'manifest', manifestSchema);
  writeAtomic(join(run, runFiles.resultsMarkdown), markdownTable(comparison));
  writeAtomic(join(run, runFiles.resultsCsv), csvTable(comparison));
  writeAtomic(join(run, runFiles.resultsLatex), latexTable(comparison));
  const curves = curvesOfArms(run, comparison);
  return comparisonPage({ manifest, comparison, events: readEvents(run), curves });
}
