import type { EventLine, Manifest, TrainingResult } from '../run/files/index.js';
import { curves } from './curves.js';
import { figureText } from './figure-text.js';
import { escape, section, whole } from './html.js';
import { facts, layout, nameOf } from './layout.js';
import { provenance } from './provenance.js';
import { taskSections } from './tasks/index.js';

/** What the report of a training is made of. */
export interface TrainingReportInput {
  readonly run: string;
  readonly manifest: Manifest;
  readonly result: TrainingResult;
  readonly events: readonly EventLine[];
}

/** The report of a `train` run: what the tests say, the curves, how it was made. */
export function trainingPage({ run, manifest, result, events }: TrainingReportInput): string {
  const policy = escape(result.policy.split(/[/\\]/).at(-1));
  return layout({
    title: `Training on ${escape(nameOf(manifest.data.source))} with policy ${policy}`,
    facts: facts({ manifest, events }),
    versions: manifest.versions,
    body: `${headline(result)}
${section('figures', 'Figures', table(result))}
${taskSections({ ...result.test, run, panels: result.panels })}
${section('training', 'Training', curves(events))}
${section('made', 'How it was made', provenance(manifest))}`,
  });
}

function headline({ figures: [first], test }: TrainingResult): string {
  const { value, low, high } = test.first;
  return `<p class="lead"><strong>${escape(first.label)} ${figureText(first, value)}</strong> (95 %: ${figureText(first, low)} to ${figureText(first, high)}) on ${whole(test.images)} test images that took part in no decision.</p>`;
}

function table({
  figures,
  test,
  heldOut,
  best,
  epochs,
  images,
  pretrainedImages,
}: TrainingResult): string {
  const rows = figures.map(
    (figure) =>
      `<tr><th scope="row">${escape(figure.label)}</th><td class="n">${figureText(figure, test.metrics[figure.key])}</td><td class="n">${figureText(figure, heldOut.metrics[figure.key])}</td></tr>`,
  );
  const start =
    pretrainedImages > 0 ? ` after ${whole(pretrainedImages)} in the run it started from` : '';
  const chosen =
    best === null
      ? ''
      : ` The weights are those of epoch ${best.epoch + 1}, best on the held-out images.`;
  return `<div class="scroll" tabindex="0" role="region" aria-label="Figures"><table><thead><tr><th scope="col"></th><th scope="col" class="n">Test<small>${whole(test.images)} images</small></th><th scope="col" class="n">Held out<small>${whole(heldOut.images)} images</small></th></tr></thead><tbody>${rows.join('')}</tbody></table></div><p class="soft">${whole(images)} images seen in ${epochs} epochs${start}.${chosen}</p>`;
}
