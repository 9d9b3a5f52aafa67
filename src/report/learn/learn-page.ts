import type { EventLine, Manifest, PolicyFile, Samples, Selection } from '../../run/files/index.js';
import { augmentedNote, curves } from '../charts/curves.js';
import { forestOfJ } from '../charts/forest.js';
import { harmPlane } from '../charts/harm-plane.js';
import { pairMatrix } from '../charts/pair-matrix.js';
import { rates } from '../charts/rates.js';
import { scatter } from '../charts/scatter.js';
import { markup } from '../html.js';
import { sourceName, facts, layout } from '../layout.js';
import { section } from '../elements.js';
import { provenance } from '../provenance.js';
import { taskSections } from '../tasks/index.js';
import { warnings } from '../warnings.js';
import { gradesInWords } from './grades.js';
import { learnedRun, nextInReport } from './next-steps.js';
import { additions, paddedCrop, safeRanges } from './safe-ranges.js';
import { sampleSections } from './sample-strips.js';
import { caveats, conflicts, identities, rule, summary } from './summary.js';
import { controlTable, verdictTable } from './tables.js';
import { useIt } from './use-it.js';

/** What the report of a `learn` run is made of: the run folder's files. */
export interface LearnReportInput {
  readonly run: string;
  readonly manifest: Manifest;
  readonly selection: Selection;
  readonly samples: Samples | null;
  readonly events: readonly EventLine[];
  /** Absent in folders that hold verdicts alone. */
  readonly policy?: PolicyFile;
}

/** The report of a `learn` run: verdicts first, then the evidence, the limits and how it was made. */
export function learnPage(input: LearnReportInput): string {
  const { run, manifest, selection, samples, events } = input;
  return layout({
    title: `Safe augmentations for ${sourceName(manifest.data.source)}`,
    facts: facts(input),
    versions: manifest.versions,
    body: markup`${summary(selection)}${nextInReport(selection, learnedRun(run))}
${section('grades', 'What keeps the labels', markup`${harmPlane(selection)}${gradesInWords(selection)}`)}
${section('verdicts', 'Verdicts', markup`${rule(selection)}${verdictTable(selection)}${forestOfJ(selection)}`)}
${section('pairs', 'Combinations', markup`${conflicts(selection)}${pairMatrix(selection)}${identities(selection)}`)}
${section('ranges', 'Safe ranges', markup`${safeRanges(selection)}${paddedCrop(selection)}${additions(selection, manifest.data)}`)}
${section('task', 'Recognition and the task', markup`${rates(selection)}${scatter(selection)}`)}
${section('controls', 'Controls', controlTable(selection))}
${taskSections({ ...selection, run, panels: samples?.panels })}
${samples === null ? '' : sampleSections(run, samples, selection)}
${warnings(events)}
${section('training', 'Training', curves(events, augmentedNote))}
${section('limits', 'What this shows, and what it does not', caveats(selection))}
${section('made', 'How it was made', provenance(manifest))}
${section('use', 'Use it', useIt(input))}`,
  });
}
