import type { Comparison, EventLine, Figure, Interval, Manifest } from '../../config/index.js';
import { changeText } from '../figure-text.js';
import { escape, figure, fixed, section } from '../html.js';
import { facts, layout, nameOf as dataName } from '../layout.js';
import { provenance } from '../provenance.js';
import { at, axis, upright, type Scale } from '../track.js';
import { nameOf, noteOf, tableOf } from './cells.js';

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
${section('arms', 'Arms', armTable(comparison) + differences(comparison))}
${section('singles', 'Each augmentation alone', singles(comparison))}
${section('trainings', 'Trainings', trainings(comparison))}
${section('limits', 'What this says, and what not', limits(comparison))}
${section('made', 'How it was made', provenance(manifest))}`,
  });
}

/** The best arm in words, with what is certain about it. */
function headline({ arms, figures: [first], status, missing }: Comparison): string {
  const sign = first.better === 'higher' ? 1 : -1;
  const [best] = [...arms].sort(
    (a, b) => sign * (b.figures[first.key].value - a.figures[first.key].value),
  );
  const rest =
    status === 'complete' ? '' : ` ${missing.length} trainings are missing or have failed.`;
  const against = (name: string, interval: Interval | null): string => {
    if (interval === null) return '';
    const { value, low, high } = interval;
    const certain = low > 0 || high < 0;
    const size = `${changeText(first, value)} (95 %: ${changeText(first, low)} to ${changeText(first, high)})`;
    return ` Against ${name}: ${size}${certain ? '' : ', which may be chance'}.`;
  };
  return `<p class="lead"><strong>${escape(nameOf(best))} has the best ${escape(first.label)}.</strong>${against('none', best.toNone)}${against('all', best.toAll)}${rest}</p>`;
}

function armTable(comparison: Comparison): string {
  const { heads, rows } = tableOf(comparison);
  const head = heads.map(
    (text, i) => `<th scope="col"${i > 0 ? ' class="n"' : ''}>${small(escape(text), '(')}</th>`,
  );
  const body = rows.map(
    ([name, ...cells]) =>
      `<tr><th scope="row">${escape(name)}</th>${cells.map((cell) => `<td class="n">${small(escape(cell), '[')}</td>`).join('')}</tr>`,
  );
  return `${scroll('Arms', `<thead><tr>${head.join('')}</tr></thead><tbody>${body.join('\n')}</tbody>`)}<p class="soft">${escape(noteOf(comparison))} Brackets are 95 % intervals over ${comparison.intervals}; differences of shares are in percentage points.</p>`;
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
    arm.toNone === null ? [] : [{ name: nameOf(arm), interval: arm.toNone }],
  );
  if (rows.length === 0) return '';
  return figure(
    `${escape(first.label)} against training without augmentation`,
    forest(rows, first),
    `Differences${first.share ? ' in percentage points' : ''} with their 95 % intervals, paired. Right of the line: better than none${first.better === 'higher' ? '' : ' is to its left'}.`,
  );
}

function forest(rows: readonly { name: string; interval: Interval }[], first: Figure): string {
  const scale = scaleOf(rows.flatMap(({ interval }) => [interval.low, interval.high]));
  const ticks = scale.ticks.map((t) => upright(scale, t, t === 0 ? 'zero' : 'tick')).join('');
  const lines = rows.map(({ name, interval: { value, low, high } }) => {
    const bar = `<line class="bar control" x1="${at(scale, low)}" x2="${at(scale, high)}" y1="12" y2="12"/>`;
    const mark = `<circle class="mark control" cx="${at(scale, value)}" cy="12" r="4.5"/>`;
    const text = `${changeText(first, value)} [${changeText(first, low)}, ${changeText(first, high)}]`;
    return `<div class="row"><span class="label">${escape(name)}</span><svg class="track" height="24" aria-hidden="true">${ticks}${bar}${mark}</svg><span class="value">${text}</span></div>`;
  });
  const labels = axis(scale, (t) => changeText({ ...first }, t));
  return `<div class="rows">${lines.join('')}<div class="row"><span class="label"></span>${labels}<span class="value"></span></div></div>`;
}

/** From a little below the lowest value to a little above the highest, 0 included, with round ticks. */
function scaleOf(values: readonly number[]): Scale {
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  const span = high - low || 1;
  const power = 10 ** Math.floor(Math.log10(span / 4));
  const step = [1, 2, 5, 10].map((f) => f * power).find((s) => span / s <= 6) ?? 10 * power;
  const ticks: number[] = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9; k++) ticks.push(k * step);
  return { low: low - 0.04 * span, high: high + 0.04 * span, ticks };
}

/** Figure 3.1's third series: the gain of each augmentation alone, beside its verdict. */
function singles({ singles: alone, figures: [first] }: Comparison): string {
  if (alone === null || alone.rows.length === 0) return '';
  const rows = [...alone.rows].sort((a, b) => b.gain.value - a.gain.value);
  const named = rows.map(({ name, gain, verdict }) => ({
    name: verdict === null ? name : `${name}, ${verdict}`,
    interval: gain,
  }));
  const correlation =
    alone.correlation === null
      ? ''
      : `<p>Rank correlation of the gain with J: <strong>${fixed(alone.correlation, 2)}</strong> over ${rows.length} augmentations; negative where what the network recognises gains less.</p>`;
  return `${correlation}${figure(
    `${escape(first.label)} with one augmentation against none`,
    forest(named, first),
    'Each alone, with the probability of the policies; beside its name the verdict of the learn run.',
  )}`;
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
