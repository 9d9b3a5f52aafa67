import type { EventLine, Manifest, TrainingResult } from '../run/files/index.js';
import { curves } from './charts/curves.js';
import { markup, type Markup } from './html.js';
import { sourceName, facts, layout } from './layout.js';
import { section, table, twoLines } from './elements.js';
import { provenance } from './provenance.js';
import { taskSections } from './tasks/index.js';
import { warnings } from './warnings.js';
import { count, figureText, whole } from './wording.js';

/** What the report of a training is made of. */
export interface TrainingReportInput {
  readonly run: string;
  readonly manifest: Manifest;
  readonly result: TrainingResult;
  readonly events: readonly EventLine[];
}

/** The report of a `train` run: the test figures, the curves, how it was made. */
export function trainingPage({ run, manifest, result, events }: TrainingReportInput): string {
  const policy = result.policy.split(/[/\\]/).at(-1) ?? '';
  return layout({
    title: `Training on ${sourceName(manifest.data.source)} with policy ${policy}`,
    facts: facts({ manifest, events }),
    versions: manifest.versions,
    body: markup`${headline(result)}
${section('figures', 'Figures', figures(result))}
${taskSections({ ...result.test, run, panels: result.panels })}
${warnings(events)}
${section('training', 'Training', curves(events, 'Training images are augmented by the policy; held-out images are clean.'))}
${section('made', 'How it was made', provenance(manifest))}`,
  });
}

function headline({ figures: [first], test }: TrainingResult): Markup {
  const { value, low, high } = test.first;
  return markup`<p class="lead"><strong>${first.label} ${figureText(first, value)}</strong> (95 %: ${figureText(first, low)} to ${figureText(first, high)}) on ${whole(test.images)} test images that no decision was based on.</p>`;
}

function figures(result: TrainingResult): Markup {
  const { test, heldOut, epochs, images, pretrainedImages } = result;
  const start =
    pretrainedImages > 0 ? ` after ${whole(pretrainedImages)} in the run it started from` : '';
  const shown = table(
    'Figures',
    [
      { head: 'Figure' },
      { head: twoLines('Test', `${whole(test.images)} images`), kind: 'n' },
      { head: twoLines('Held out', `${whole(heldOut.images)} images`), kind: 'n' },
    ],
    result.figures.map((figure) => [
      figure.label,
      figureText(figure, test.metrics[figure.key]),
      figureText(figure, heldOut.metrics[figure.key]),
    ]),
  );
  return markup`${shown}<p class="soft">The network saw ${whole(images)} images in ${count(epochs, 'epoch')}${start}.${testedWeights(result)}</p>`;
}

/** Which epoch was tested, and what held-out images said of the best epoch where it was another. */
function testedWeights({ keptEpoch, best, last, figures: [first] }: TrainingResult): string {
  if (best === null) return '';
  if (keptEpoch !== 'last')
    return ` The weights are those of epoch ${best.epoch + 1}, the best on the held-out images.`;
  const tested = ' The weights are those of the last epoch.';
  const { figure } = best;
  if (typeof figure !== 'number' || typeof last?.figure !== 'number' || figure <= last.figure)
    return tested;
  const shown = (value: number): string => figureText({ ...first, share: true }, value);
  return `${tested} On the held-out images epoch ${best.epoch + 1} was the best: ${shown(figure)}, against ${shown(last.figure)} at the end.`;
}
