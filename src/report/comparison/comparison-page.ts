import type { Comparison, EventLine, Interval, Manifest } from '../../run/files/index.js';
import { armCurves, type ArmCurve } from '../charts/arm-curves.js';
import { forestOfDifferences } from '../charts/forest.js';
import { joined, markup, nothing, raw, type Markup } from '../html.js';
import { sourceName, facts, layout } from '../layout.js';
import { figure, list, scrolling, section, table, twoLines } from '../elements.js';
import { warnings } from '../warnings.js';
import { provenance } from '../provenance.js';
import { changeText, figureText, fixed, percent } from '../wording.js';
import { answersOf, moreThan } from './answer.js';
import { leaders } from './curves-of-arms.js';
import { armName, armTable, noteOf } from './arm-table.js';
import { singles } from './singles.js';

/** What the report of a comparison is made of. */
export interface ComparisonReportInput {
  readonly manifest: Manifest;
  readonly comparison: Comparison;
  readonly events: readonly EventLine[];
  /** Of the arms whose trainings are still there. */
  readonly curves: readonly ArmCurve[];
}

/** The report of a `compare` run. */
export function comparisonPage(input: ComparisonReportInput): string {
  const { manifest, comparison, events, curves } = input;
  return layout({
    title: `Policies compared on ${sourceName(manifest.data.source)}`,
    facts: facts({ manifest, events }),
    versions: manifest.versions,
    body: markup`${headline(comparison)}
${section('arms', 'Arms', markup`${arms(comparison)}${payoff(comparison)}${differences(comparison)}${overEpochs(curves)}`)}
${section('classes', 'Classes', classesByArm(comparison))}
${section('singles', 'Each augmentation alone', singles(comparison))}
${section('trainings', 'Trainings', trainings(comparison))}
${warnings(events)}
${section('limits', 'What this shows, and what it does not', caveats(comparison))}
${section('made', 'How it was made', provenance(manifest))}`,
  });
}

/** The answers in words, and the best arm with its differences from none and all. */
function headline(comparison: Comparison): Markup {
  const { figures, status, missing } = comparison;
  const [first] = figures;
  const sign = first.better === 'higher' ? 1 : -1;
  const [best] = comparison.arms
    .filter(({ single }) => single !== true)
    .sort((a, b) => sign * (b.figures[first.key].value - a.figures[first.key].value));
  const against = (name: string, interval: Interval | null): string => {
    if (interval === null) return '';
    const { value, low, high } = interval;
    const isDetected = low > 0 || high < 0;
    const size = `${changeText(first, value)}${first.share ? ' points' : ''} (95 %: ${changeText(first, low)} to ${changeText(first, high)})`;
    return ` Against ${name}: ${size}${isDetected ? '' : ', which may be chance'}.`;
  };
  const rest =
    status === 'complete'
      ? nothing
      : markup`<p><strong>${missing.length} ${missing.length === 1 ? 'training is' : 'trainings are'} missing or failed</strong>; this page covers the others.</p>`;
  const paid = answersOf(comparison).map(
    ({ question, short, details }) =>
      markup`<p class="lead"><strong>${question === null ? '' : `${question} `}${short}</strong></p><p>${details}</p>`,
  );
  const lead = paid.length === 0 ? raw(' class="lead"') : nothing;
  return markup`${paid}<p${lead}>${armName(best)} has the best ${first.label} of these trainings: ${figureText(first, best.figures[first.key].value)}.${against('none', best.toNone)}${against('all', best.toAll)}</p>${rest}`;
}

/** What the arms are, for readers who did not run them. */
function meaningOfArms(comparison: Comparison): Markup {
  const known: [RegExp, Markup][] = [
    [/^none$/, markup`<strong>none</strong>: no augmentation`],
    [/^all$/, markup`<strong>all</strong>: random subsets of all augmentations judged`],
    [/^safe(-v2)?$/, markup`<strong>safe</strong>: random subsets of the safe ones`],
    [/safe-v2$/, markup`<strong>safe-v2</strong>: of the safe ones without conflicts`],
    [/^keep(-v2)?$/, markup`<strong>keep</strong>: of all that keeps the labels`],
    [/keep-v2$/, markup`<strong>keep-v2</strong>: of these, without conflicts`],
    [
      /recommended$/,
      markup`<strong>recommended</strong>: crop, flip and one more of what keeps the labels, the safe set at the end`,
    ],
    [/^all\+/, markup`<strong>all+…</strong>: trained on all, then fine-tuned with what follows`],
    [
      /^(all\+)?(rand|trivial)augment$/,
      markup`<strong>randaugment</strong>, <strong>trivialaugment</strong>: their operations alone`,
    ],
    [
      /crop-flip-/,
      markup`<strong>crop-flip-…</strong>: what is named, with crop, flip and cutout, as published`,
    ],
    [/standard$/, markup`<strong>standard</strong>: crop and flip`],
  ];
  const shown = known.filter(([name]) => comparison.arms.some((arm) => name.test(arm.name)));
  const texts = shown.map(([, text]) => text);
  return markup`<p class="soft">${joined(texts, '; ')}.</p>`;
}

function arms(comparison: Comparison): Markup {
  // Those of single augmentations have a section of their own.
  const shown = comparison.arms.filter(({ single }) => single !== true);
  const { heads, rows } = armTable({ ...comparison, arms: shown });
  const columns = heads.map((head, i) => (i === 0 ? { head } : { head, kind: 'n' as const }));
  const cells = rows.map(([name, ...rest]) => [name, ...rest.map(intervalBelow)]);
  return markup`${table('Arms', columns, cells)}${meaningOfArms(comparison)}<p class="soft">${noteOf(comparison)}</p>`;
}

/** Intersection over union of every class for every arm; nothing where images have no masks. */
function classesByArm({ arms, seeds }: Comparison): Markup {
  const shown = arms.filter(({ classes, sameAs }) => classes !== undefined && sameAs === undefined);
  const [first] = shown;
  if (first?.classes === undefined) return nothing;
  const columns = [
    { head: 'Class' },
    ...shown.map((arm) => ({ head: armName(arm), kind: 'n' as const })),
  ];
  const rows = first.classes.map(({ name }, c) => [
    name,
    ...shown.map(({ classes }) => {
      const iou = classes?.[c]?.iou ?? null;
      return iou === null ? 'no pixels' : percent(iou);
    }),
  ]);
  const means = seeds.length > 1 ? `, means over ${seeds.length} seeds` : '';
  return markup`${table('Intersection over union of each class', columns, rows)}<p class="soft">Intersection over union on the test images${means}.</p>`;
}

/** The interval that stands in brackets goes below, smaller. */
function intervalBelow(text: string): Markup {
  const i = text.indexOf(' [');
  return i < 0
    ? markup`${text}`
    : twoLines(text.slice(0, i), text.slice(i + 2, -1).replace(', ', ' to '));
}

/** Each arm's difference from none, as a forest plot. */
function differences({ arms, figures: [first] }: Comparison): Markup {
  const rows = arms.flatMap((arm) =>
    arm.toNone === null || arm.single === true
      ? []
      : [{ name: armName(arm), interval: arm.toNone }],
  );
  if (rows.length === 0) return nothing;
  return figure(
    `${first.label} against training without augmentation`,
    forestOfDifferences(rows, first),
    `Differences${first.share ? ' in percentage points' : ''} with their 95 % intervals, paired. ${first.better === 'higher' ? 'Right' : 'Left'} of the line: better than none. An interval that crosses the line may be chance.`,
  );
}

/** How the arms overtake each other while they are trained; nothing where no curve is left. */
function overEpochs(curves: readonly ArmCurve[]): Markup {
  const drawn = armCurves(curves);
  if (drawn.isEmpty) return nothing;
  return figure(
    'Accuracy over the epochs',
    scrolling('Accuracy over the epochs', drawn),
    markup`On held-out images without augmentation, means over seeds. ${leaders(curves)} Few images are held out, so small differences may be chance.`,
  );
}

/** Each arm with a learned set against every other one. */
function payoff({ figures: [first], payoff: about = [] }: Comparison): Markup {
  const side = first.better === 'higher' ? 'Right' : 'Left';
  const shown = about.filter(({ against }) => against.length > 0);
  return markup`${shown.map(({ arm, against }) =>
    figure(
      `${first.label} of ${arm} against the other arms`,
      forestOfDifferences(
        against.map(({ name, difference }) => ({ name, interval: difference })),
        first,
      ),
      `${side} of the line: ${arm} is better. Paired by seed and by image, 95 % intervals.`,
    ),
  )}`;
}

function trainings({ arms, figures, failed }: Comparison): Markup {
  const rows = arms
    .filter((arm) => arm.sameAs === undefined)
    .flatMap((arm) =>
      arm.runs.map((run) => [
        arm.name,
        run.seed,
        ...figures.map(({ key, share }) =>
          share ? fixed(100 * run.metrics[key], 2) : fixed(run.metrics[key], 4),
        ),
        markup`<code>${run.folder}</code>`,
      ]),
    );
  const columns = [
    { head: 'arm' },
    { head: 'seed', kind: 'n' as const },
    ...figures.map(({ label }) => ({ head: label, kind: 'n' as const })),
    { head: 'folder' },
  ];
  const lost = failed.map(({ task, reason }) => markup`<strong>${task}</strong>: ${reason}`);
  const failures = lost.length === 0 ? nothing : markup`<h3>Failed</h3>${list(lost)}`;
  return markup`<details><summary>Every training</summary>${table('Trainings', columns, rows)}</details>${failures}`;
}

function caveats({ seeds, intervals }: Comparison): Markup {
  return list([
    intervals !== 'images'
      ? markup`<strong>Seeds.</strong> Each interval is the wider of two. One shows how much ${seeds.length} trainings differ by their seed (weights, order, draws, held-out images), by Student’s t. The other shows what other test images would change.`
      : markup`<strong>One seed.</strong> The intervals show what other test images would change. Another seed may change more: add some (--resume --seeds ${moreThan(1)}).`,
    markup`<strong>Budget.</strong> All arms saw the same number of images. Longer training may change their order.`,
    markup`<strong>Held out.</strong> No decision was based on the test images; where an epoch was chosen, images held out from training chose it.`,
  ]);
}
