import type { Comparison, EventLine, Interval, Manifest } from '../../run/files/index.js';
import { changeText, figureText } from '../figure-text.js';
import { escape, figure, fixed, section } from '../html.js';
import { facts, layout, nameOf as dataName } from '../layout.js';
import { provenance } from '../provenance.js';
import { answersOf } from './answer.js';
import { nameOf, noteOf, question, tableOf } from './cells.js';
import { forest } from './forest.js';
import { singles } from './singles.js';

/** What the report of a comparison is made of. */
export interface ComparisonReportInput {
  readonly manifest: Manifest;
  readonly comparison: Comparison;
  readonly events: readonly EventLine[];
}

/** The report of a `compare` run. */
export function comparisonPage({ manifest, comparison, events }: ComparisonReportInput): string {
  return layout({
    title: `Policies compared on ${escape(dataName(manifest.data.source))}`,
    facts: facts({ manifest, events }),
    versions: manifest.versions,
    body: `${headline(comparison)}
${section('arms', 'Arms', armTable(comparison) + payoff(comparison) + differences(comparison))}
${section('singles', 'Each augmentation alone', singles(comparison))}
${section('trainings', 'Trainings', trainings(comparison))}
${section('limits', 'What this says, and what not', limits(comparison))}
${section('made', 'How it was made', provenance(manifest))}`,
  });
}

/** The answers in words, and the best arm with what is certain about it. */
function headline(comparison: Comparison): string {
  const { arms, figures, status, missing } = comparison;
  const [first] = figures;
  const sign = first.better === 'higher' ? 1 : -1;
  const [best] = arms
    .filter(({ single }) => single !== true)
    .sort((a, b) => sign * (b.figures[first.key].value - a.figures[first.key].value));
  const against = (name: string, interval: Interval | null): string => {
    if (interval === null) return '';
    const { value, low, high } = interval;
    const certain = low > 0 || high < 0;
    const size = `${changeText(first, value)}${first.share ? ' points' : ''} (95 %: ${changeText(first, low)} to ${changeText(first, high)})`;
    return ` Against ${name}: ${size}${certain ? '' : ', which may be chance'}.`;
  };
  const rest =
    status === 'complete'
      ? ''
      : `<p><strong>${missing.length} ${missing.length === 1 ? 'training is' : 'trainings are'} missing or have failed</strong>; what is said here is of the others.</p>`;
  const paid = answersOf(comparison)
    .map(
      ({ short, details }, i) =>
        `<p class="lead"><strong>${i === 0 ? `${question} ` : ''}${escape(short)}</strong></p><p>${escape(details)}</p>`,
    )
    .join('');
  return `${paid}<p${paid === '' ? ' class="lead"' : ''}>${escape(nameOf(best))} has the best ${escape(first.label)} of these trainings, ${figureText(first, best.figures[first.key].value)}.${against('none', best.toNone)}${against('all', best.toAll)}</p>${rest}`;
}

/** What the arms are, for readers who have not run them. */
function meaningOfArms({ arms }: Comparison): string {
  const known: [RegExp, string][] = [
    [/^none$/, '<strong>none</strong>: no augmentation'],
    [/^all$/, '<strong>all</strong>: random subsets of all augmentations judged'],
    [/^safe(-v2)?$/, '<strong>safe</strong>: of the safe ones only'],
    [/safe-v2$/, '<strong>safe-v2</strong>: of the safe ones without conflicts'],
    [/^all\+/, '<strong>all+…</strong>: trained on all, then fine-tuned with what follows'],
    [
      /randaugment$/,
      '<strong>randaugment</strong>, <strong>trivialaugment</strong>: the published policies',
    ],
    [/standard$/, '<strong>standard</strong>: crop and flip'],
  ];
  const shown = known.filter(([name]) => arms.some((arm) => name.test(arm.name)));
  return `<p class="soft">${shown.map(([, text]) => text).join('; ')}.</p>`;
}

function armTable(comparison: Comparison): string {
  // Those of single augmentations have a section of their own.
  const arms = comparison.arms.filter(({ single }) => single !== true);
  const { heads, rows } = tableOf({ ...comparison, arms });
  const head = heads.map(
    (text, i) => `<th scope="col"${i > 0 ? ' class="n"' : ''}>${escape(text)}</th>`,
  );
  const body = rows.map(
    ([name, ...cells]) =>
      `<tr><th scope="row">${escape(name)}</th>${cells.map((cell) => `<td class="n">${small(escape(cell), '[')}</td>`).join('')}</tr>`,
  );
  return `${scroll('Arms', `<thead><tr>${head.join('')}</tr></thead><tbody>${body.join('\n')}</tbody>`)}${meaningOfArms(comparison)}<p class="soft">${escape(noteOf(comparison))}</p>`;
}

/** What stands in brackets goes below, smaller. */
function small(text: string, bracket: string): string {
  const i = text.indexOf(` ${bracket}`);
  return i < 0
    ? text
    : `${text.slice(0, i)}<small>${text.slice(i + 2, -1).replace(', ', ' to ')}</small>`;
}

/** Each arm's difference to none, as a forest plot. */
function differences({ arms, figures: [first] }: Comparison): string {
  const rows = arms.flatMap((arm) =>
    arm.toNone === null || arm.single === true ? [] : [{ name: nameOf(arm), interval: arm.toNone }],
  );
  if (rows.length === 0) return '';
  return figure(
    `${escape(first.label)} against training without augmentation`,
    forest(rows, first),
    `Differences${first.share ? ' in percentage points' : ''} with their 95 % intervals, paired. ${first.better === 'higher' ? 'Right' : 'Left'} of the line: better than none; an interval across the line may be chance.`,
  );
}

/** Each arm with a safe set against every other one. */
function payoff(comparison: Comparison): string {
  const [first] = comparison.figures;
  const side = first.better === 'higher' ? 'Right' : 'Left';
  return (comparison.payoff ?? [])
    .filter(({ against }) => against.length > 0)
    .map(({ arm, against }) =>
      figure(
        `${escape(first.label)} of ${escape(arm)} against the other arms`,
        forest(
          against.map(({ name, difference }) => ({ name, interval: difference })),
          first,
        ),
        `${side} of the line: ${escape(arm)} is better. Paired by seed and by image, 95 % intervals.`,
      ),
    )
    .join('');
}

function trainings({ arms, figures, failed }: Comparison): string {
  const rows = arms
    .filter((arm) => arm.sameAs === undefined)
    .flatMap((arm) =>
      arm.runs.map(
        (run) =>
          `<tr><th scope="row">${escape(arm.name)}</th><td class="n">${run.seed}</td>${figures.map(({ key, share }) => `<td class="n">${share ? fixed(100 * run.metrics[key], 2) : fixed(run.metrics[key], 4)}</td>`).join('')}<td><code>${escape(run.folder)}</code></td></tr>`,
      ),
    );
  const head = `<thead><tr><th scope="col">arm</th><th scope="col" class="n">seed</th>${figures.map(({ label }) => `<th scope="col" class="n">${escape(label)}</th>`).join('')}<th scope="col">folder</th></tr></thead>`;
  const lost = failed.map(
    ({ task, reason }) => `<li><strong>${escape(task)}</strong>: ${escape(reason)}</li>`,
  );
  return `<details><summary>Every training</summary>${scroll('Trainings', `${head}<tbody>${rows.join('\n')}</tbody>`)}</details>${lost.length > 0 ? `<h3>Failed</h3><ul class="limits">${lost.join('')}</ul>` : ''}`;
}

function limits({ seeds, intervals }: Comparison): string {
  const items = [
    intervals !== 'images'
      ? `<strong>Seeds.</strong> An interval is the wider of two: how much ${seeds.length} trainings differ by their seed (weights, order, draws, held-out images), by Student’s t, and what other test images would change.`
      : '<strong>One seed.</strong> Intervals tell what other test images would change; another seed may change more. Use several (--seeds).',
    '<strong>Budget.</strong> All arms saw the same number of images. With longer training, strong augmentations gain more.',
    '<strong>Held out.</strong> The best weights were chosen on images held out from training; the test images took part in no decision.',
  ];
  return `<ul class="limits">${items.map((item) => `<li>${item}</li>`).join('')}</ul>`;
}

function scroll(label: string, table: string): string {
  return `<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table>${table}</table></div>`;
}
