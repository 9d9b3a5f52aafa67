import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GradeName, Selection } from '../../src/run/files/index.js';
import { harmPlane } from '../../src/report/charts/harm-plane.js';
import { learnPage } from '../../src/report/learn/learn-page.js';
import { manifest, selection } from './small-run.js';

const places: [string, GradeName, number, number][] = [
  ['HorizontalFlip', 'safe', 0.01, 0],
  ['RandomContrast', 'safe', 0.03, 0.01],
  ['RandomGamma', 'safe', 0.0, 0.0],
  ['RandomBrightness', 'undecided', 0.16, 0.04],
  ['CenterCrop', 'label-keeping', 0.22, 0.08],
  ['GaussNoise', 'label-keeping', 0.75, 0.01],
  ['VerticalFlip', 'label-breaking', 0.4, 0.41],
  ['Transpose', 'label-breaking', 0.05, 0.6],
];

const graded: Selection = {
  ...selection,
  harmMargin: 0.2,
  augmentations: places.map(([name, grade, j, harm]) => ({
    ...selection.augmentations[0],
    name,
    grade,
    gradeReason: `because of ${name}`,
    j,
    jLow: j - 0.04,
    jHigh: j + 0.04,
    harm: { value: harm, low: harm - 0.05, high: harm + 0.9 },
  })),
};

test('every augmentation has a mark of its grade, a cross, and its name where no other is', () => {
  const svg = harmPlane(graded).toString();
  assert.equal(svg.match(/class="mark safe"/g)?.length, 3);
  assert.equal(svg.match(/class="mark undecided hollow"/g)?.length, 1);
  assert.equal(svg.match(/<path class="mark keeping"/g)?.length, 2);
  assert.equal(svg.match(/<rect class="mark unsafe"/g)?.length, 2);
  assert.equal(svg.match(/class="cross"/g)?.length, 2 * places.length);
  const texts = [
    ...svg.matchAll(
      /<text class="point [^"]*" x="([\d.-]+)" y="([\d.-]+)" text-anchor="(\w+)">(\w+)</g,
    ),
  ];
  assert.equal(texts.length, places.length);
  // 7.4 units a character at most, 16 a line.
  const boxes = texts.map(([, x, y, anchor, name]) => {
    const length = 7.4 * name.length;
    const shift = { start: 0, middle: 0.5, end: 1 }[anchor]!;
    return { name, left: Number(x) - shift * length, top: Number(y) - 12, length };
  });
  for (const [i, a] of boxes.entries())
    for (const b of boxes.slice(i + 1)) {
      const apart =
        a.left + a.length <= b.left ||
        b.left + b.length <= a.left ||
        Math.abs(a.top - b.top) >= 15.9;
      assert.ok(apart, `${a.name} over ${b.name}`);
    }
});

test('lines that reach beyond the frame end at its edge', () => {
  const svg = harmPlane(graded).toString();
  const ends = [...svg.matchAll(/class="cross"[^>]* y2="([\d.-]+)"/g)].map(([, y]) => Number(y));
  assert.ok(Math.min(...ends) >= 14, `${Math.min(...ends)}`);
});

test('the figure can be read without being seen', () => {
  const [, label] = /aria-label="(J against harm[^"]*)"/.exec(harmPlane(graded).toString())!;
  assert.match(label, /delta 0\.07, limit of harm 0\.20/);
  assert.match(
    label,
    /VerticalFlip: label-breaking, J 0\.40 \(0\.36 to 0\.44\), harm 0\.41 \(0\.36 to 1\.31\)/,
  );
});

test('it is the first figure of the report, and absent where nothing is graded', () => {
  const page = (of: Selection) =>
    learnPage({ run: '.', manifest, selection: of, samples: null, events: [] });
  const figures = [...page(graded).matchAll(/<figure><h3>([^<]*)</g)].map(([, title]) => title);
  assert.equal(figures[0], 'Detected, and harmful?');
  assert.match(page(graded), /because of CenterCrop/);
  assert.ok(harmPlane(selection).isEmpty);
  assert.doesNotMatch(page(selection), /Detected, and harmful/);
});

test('the crop from a padded image is told with its harm and with what the policy takes', () => {
  const judged = [0.06, 0.12, 0.25].map((value, i) => ({
    padding: (i + 1) / 32,
    harm: { value, low: value - 0.01, high: value + 0.01 },
    harmFitted: value,
  }));
  const pageOf = (of: Selection): string =>
    learnPage({ run: '.', manifest, selection: of, samples: null, events: [] });
  const page = pageOf({ ...selection, harmMargin: 0.2, paddedCrop: judged });
  assert.match(page, /3\.1\u00a0%: 0\.06 \[0\.05, 0\.07\]; 6\.3\u00a0%: 0\.12/);
  assert.match(page, /takes the widest whose harm is below 0\.20: 6\.3\u00a0% of the longer side/);
  const none = pageOf({ ...selection, harmMargin: 0.05, paddedCrop: judged });
  assert.match(none, /below 0\.05: none of them/);
  assert.doesNotMatch(pageOf(selection), /padded with black/);
  const little = pageOf({ ...selection, harmMargin: 0.2, known: 0.3, paddedCrop: judged });
  assert.match(little, /knows less than half of the task, the widest of all/);
  assert.match(little, /below: 9\.4\u00a0% of the longer side/);
});

test('what common recipes add is told with its harm and whether long trainings take it', () => {
  const harm = { value: 0.12, low: 0.02, high: 0.22 };
  const additions: Selection['additions'] = [
    { name: 'Shear', options: {}, harm, harmless: true },
    { name: 'RandomErasing', options: { scale: [0.02, 0.16] }, harm, harmless: false },
  ];
  const pageOf = (of: Selection): string =>
    learnPage({ run: '.', manifest, selection: of, samples: null, events: [] });
  const page = pageOf({ ...selection, harmMargin: 0.2, known: 0.8, additions });
  assert.match(
    page,
    /<strong>Shear<\/strong>, limit up to 10 degrees: 0\.12 \[0\.02, 0\.22\], taken/,
  );
  assert.match(
    page,
    /RandomErasing<\/strong>, scale up to 0\.16 of the area: 0\.12 \[0\.02, 0\.22\], not taken/,
  );
  assert.match(page, /from 100 epochs on/);
  // So an earlier version took it, which went by the estimate.
  assert.match(page, /if its <.* is below 0\.20; files/);
  const surely = [{ ...additions[0], harm: { ...harm, high: 0.19 } }, additions[1]];
  assert.match(
    pageOf({ ...selection, harmMargin: 0.2, known: 0.8, additions: surely }),
    /if the upper limit of its <.* is below 0\.20; files/,
  );
  assert.match(
    pageOf({ ...selection, harmMargin: 0.2, known: 0.3, additions }),
    /the lower limit of its .* is below 0\.50/,
  );
  assert.doesNotMatch(pageOf(selection), /common recipes add/);
});
