import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  comparisonSchema,
  manifestSchema,
  readEvents,
  readRunFile,
  readSettings,
  runFiles,
  samplesSchema,
  selectionSchema,
  trainingResultSchema,
} from '../config/index.js';
import { writeAtomic } from '../core/index.js';
import { csvTable, latexTable, markdownTable } from './comparison/forms.js';
import { comparisonPage } from './comparison/page.js';
import { page } from './page.js';
import { trainingPage } from './training-page.js';

/**
 * Writes a run's `report.html`, from the run folder alone; of a comparison also its table as Markdown, CSV
 * and LaTeX.
 *
 * @returns its path
 * @throws UserError `RUN_INCOMPLETE`, `RUN_DAMAGED`
 */
export async function buildReport(run: string): Promise<string> {
  const path = join(run, runFiles.report);
  const command = commandOf(run);
  const make =
    command === 'compare' ? comparisonReport : command === 'train' ? trainingReport : learnReport;
  writeAtomic(path, make(run));
  return path;
}

/** Which command has made a run; `learn` does not say so in its configuration. */
function commandOf(run: string): unknown {
  const path = join(run, runFiles.config);
  return existsSync(path) ? (readSettings(path).command ?? 'learn') : 'learn';
}

function learnReport(run: string): string {
  const selection = readRunFile(run, 'selection', selectionSchema);
  const manifest = readRunFile(run, 'manifest', manifestSchema);
  const drawn = existsSync(join(run, runFiles.samples));
  const samples = drawn ? readRunFile(run, 'samples', samplesSchema) : null;
  return page({ run, manifest, selection, samples, events: readEvents(run) });
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
  return comparisonPage({ manifest, comparison, events: readEvents(run) });
}

export { textTable } from './comparison/forms.js';
