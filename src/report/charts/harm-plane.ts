import { max, min } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import type { GradeName, Selection } from '../../run/files/index.js';
import { figure, scrolling } from '../elements.js';
import { term } from '../glossary.js';
import { markup, nothing, type Markup } from '../html.js';
import { fixed } from '../wording.js';
import { columnTicks } from './column-ticks.js';
import { placeLabels, textBox, type Box } from './point-labels.js';
import { leader, pointLabel } from './scatter.js';

const width = 760;
const height = 500;
const frame: Box = { x: 56, y: 14, width: width - 56 - 14, height: height - 14 - 48 };
const defaultMargin = 0.2;

/** Style and mark of each grade: they differ by shape, too. */
const looks: Record<GradeName, { readonly style: string; readonly mark: string }> = {
  safe: { style: 'safe', mark: '●' },
  'label-keeping': { style: 'keeping', mark: '◆' },
  'label-breaking': { style: 'unsafe', mark: '■' },
  undecided: { style: 'undecided', mark: '○' },
};

/**
 * Two axes: how well each augmentation is detected, and how much of the task it costs, with the intervals of both. Nothing
 * for runs of earlier versions, and where harm was not judged.
 */
export function harmPlane(selection: Selection): Markup {
  const { delta, harmMargin = defaultMargin } = selection;
  const rows = selection.augmentations.flatMap(({ harm, grade, ...a }) =>
    harm === undefined || grade === undefined ? [] : [{ ...a, harm, grade }],
  );
  if (rows.length === 0) return nothing;
  const bottom = frame.y + frame.height;
  const right = frame.x + frame.width;
  const left = Math.min(-0.06, min(rows, (a) => a.jLow) ?? 0) - 0.02;
  const x = scaleLinear().domain([left, 1.03]).range([frame.x, right]).clamp(true);
  const low = Math.min(-0.05, min(rows, (a) => a.harm.value) ?? 0) - 0.05;
  const high = Math.max(2 * harmMargin, max(rows, (a) => a.harm.value) ?? 0) + 0.08;
  // Intervals of harm may be several times as long as all else: what lies outside is cut off at the edge.
  const y = scaleLinear().domain([low, high]).range([bottom, frame.y]).clamp(true);

  const columns = columnTicks(x, frame.y, bottom);
  const lines = y
    .ticks(6)
    .map(
      (h) =>
        markup`<line class="${h === 0 ? 'zero' : 'tick'}" x1="${frame.x}" x2="${right}" y1="${y(h)}" y2="${y(h)}"/><text x="${frame.x - 8}" y="${y(h) + 4}" text-anchor="end">${fixed(h, 1)}</text>`,
    );
  const limits = markup`<line class="delta" x1="${x(delta)}" x2="${x(delta)}" y1="${frame.y}" y2="${bottom}"/><line class="delta" x1="${frame.x}" x2="${right}" y1="${y(harmMargin)}" y2="${y(harmMargin)}"/>`;
  const fields = fieldNames(x(delta));
  const crosses = rows.map((a) => {
    const [px, py] = [x(a.j), y(a.harm.value)];
    return markup`<g class="${looks[a.grade].style}"><line class="cross" x1="${x(a.jLow)}" x2="${x(a.jHigh)}" y1="${py}" y2="${py}"/><line class="cross" x1="${px}" x2="${px}" y1="${y(a.harm.low)}" y2="${y(a.harm.high)}"/></g>`;
  });
  const placed = placeLabels(
    rows.map((a) => ({ text: a.name, x: x(a.j), y: y(a.harm.value) })),
    frame,
    fields.map(({ box }) => box),
  );
  const marks = rows.map((a) => gradeMark(a.grade, x(a.j), y(a.harm.value)));
  const names = placed.map((label, i) => pointLabel(label, looks[rows[i].grade].style));
  const axes = markup`<text class="name" x="${frame.x + frame.width / 2}" y="${height - 6}" text-anchor="middle">J: how well it is detected; dashed: delta</text><text class="name" transform="translate(14 ${frame.y + frame.height / 2}) rotate(-90)" text-anchor="middle">harm: share of the skill lost; dashed: its limit</text>`;
  const told = rows
    .map(
      ({ name, grade, j, jLow, jHigh, harm }) =>
        `${name}: ${grade}, J ${fixed(j, 2)} (${fixed(jLow, 2)} to ${fixed(jHigh, 2)}), harm ${fixed(harm.value, 2)} (${fixed(harm.low, 2)} to ${fixed(harm.high, 2)})`,
    )
    .join('; ');
  const label = `J against harm, with intervals; delta ${fixed(delta, 2)}, limit of harm ${fixed(harmMargin, 2)}. ${told}`;
  return figure(
    'Detected, and harmful?',
    scrolling(
      'plane of detection and harm',
      markup`<svg class="plane" role="img" aria-label="${label}" viewBox="0 0 ${width} ${height}">${columns}${lines}${fields.map(({ drawn }) => drawn)}${limits}${crosses}${placed.map(leader)}${names}${marks}${axes}</svg>`,
    ),
    markup`Further right, an augmentation is detected better (${term('J')}); further up, it costs the network more of its task (${term('harm')}). Crosses span the intervals. ● safe, ◆ label-keeping, ■ label-breaking, ○ undecided.`,
  );
}

/** The names of the four fields, each in its corner. @param delta where the fields meet, in drawing units */
function fieldNames(delta: number): { readonly box: Box; readonly drawn: Markup }[] {
  const top = frame.y + 8;
  const bottom = frame.y + frame.height - 24;
  const right = frame.x + frame.width - 6;
  const of = (text: string, x: number, y: number, anchor: 'start' | 'end') => {
    const { width: length, height: line } = textBox(text);
    return {
      box: { x: anchor === 'end' ? x - length : x, y, width: length, height: line },
      drawn: markup`<text class="field" x="${x.toFixed(1)}" y="${y + 12}" text-anchor="${anchor}">${text}</text>`,
    };
  };
  // Left of delta there is little room: two lines.
  return [
    of('hidden,', frame.x + 6, top, 'start'),
    of('label-breaking', frame.x + 6, top + 16, 'start'),
    of('detected, label-breaking', right, top, 'end'),
    of('safe', frame.x + 6, bottom, 'start'),
    of('detected, label-keeping', Math.max(right, delta + 180), bottom, 'end'),
  ];
}

function gradeMark(grade: GradeName, x: number, y: number): Markup {
  const { style } = looks[grade];
  const [px, py] = [x.toFixed(1), y.toFixed(1)];
  switch (grade) {
    case 'label-breaking':
      return markup`<rect class="mark ${style}" x="${(x - 4).toFixed(1)}" y="${(y - 4).toFixed(1)}" width="8" height="8"/>`;
    case 'label-keeping':
      return markup`<path class="mark ${style}" d="M${px} ${(y - 5.5).toFixed(1)}l5.5 5.5l-5.5 5.5l-5.5 -5.5z"/>`;
    default:
      return markup`<circle class="mark ${style}${grade === 'undecided' ? ' hollow' : ''}" cx="${px}" cy="${py}" r="4.5"/>`;
  }
}
