import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  comparisonSchema,
  trainingResultSchema,
  type EventLine,
} from '../../src/run/files/index.js';
import { comparisonPage } from '../../src/report/comparison/comparison-page.js';
import { learnPage } from '../../src/report/learn/learn-page.js';
import { setsPage } from '../../src/report/sets-page.js';
import { trainingPage } from '../../src/report/training-page.js';
import { events, manifest as plain, selection } from './small-run.js';

const curves = ['none', '<b>recommended</b>'].map((name, k) => ({
  name,
  points: [1, 2, 3].map((epoch) => [epoch, 0.2 * epoch + 0.1 * k] as const),
}));

/** A name as a user may give a folder, a class, a policy or an arm. */
const hostile = `<script>alert('x')</script> & "y"`;
const manifest = {
  ...plain,
  command: hostile,
  data: { ...plain.data, source: `/data/${hostile}`, classes: [hostile], skipped: [hostile] },
};

const interval = { value: 0.6, low: 0.5, high: 0.7 };
const difference = { value: 0.1, low: 0.05, high: 0.15 };
const figures = [{ key: 'top1', label: hostile, better: 'higher', share: true }];

const result = trainingResultSchema.parse({
  version: 1,
  command: 'train',
  task: 'classification',
  policy: hostile,
  figures,
  test: { images: 100, metrics: { top1: 0.6 }, first: interval, perImage: '' },
  heldOut: { images: 50, metrics: { top1: 0.61 } },
  best: { epoch: 1, loss: 1 },
  epochs: 4,
  images: 4000,
  seconds: 40,
});

test('a training names the epoch that was tested, and the best one where it was another', () => {
  const page = (own: object): string =>
    trainingPage({ run: 'nowhere', manifest, result: { ...result, ...own }, events });
  const look = (epoch: number, figure: number) => ({ epoch, loss: 1, figure });
  const last = { keptEpoch: 'last', last: look(3, 0.55) };
  assert.match(page({}), /weights are those of epoch 2, the best on the held-out images/);
  assert.match(page({ keptEpoch: 'best', best: look(2, 0.6) }), /of epoch 3, the best on/);
  assert.match(page({ ...last, best: look(3, 0.55) }), /those of the last epoch\.</);
  assert.match(
    page({ ...last, best: look(1, 0.578) }),
    /the last epoch\. On the held-out images epoch 2 was the best: 57\.8 %, against 55\.0 % at the end/,
  );
});

test('a training whose policy grows shows its strength over the epochs', () => {
  const page = (all: EventLine[]): string =>
    trainingPage({ run: 'nowhere', manifest, result, events: all });
  const grown = events.map((e) => (e.type === 'epoch' ? { ...e, strength: e.epoch / 2 } : e));
  assert.match(page(grown), /Strength of the policy/);
  assert.doesNotMatch(page(events), /Strength of the policy/);
});

const arm = (name: string) => ({
  name,
  policy: hostile,
  pretrained: false,
  figures: { top1: interval },
  toNone: difference,
  toAll: null,
  images: 4000,
  seconds: 40,
  runs: [{ seed: 1, folder: hostile, metrics: { top1: 0.6 }, images: 4000, seconds: 40 }],
});
const comparison = comparisonSchema.parse({
  version: 1,
  command: 'compare',
  task: 'classification',
  status: 'partial',
  figures,
  seeds: [1],
  epochs: 4,
  imagesPerEpoch: 1000,
  testImages: 100,
  intervals: 'images',
  arms: [arm('none'), arm(hostile)],
  payoff: [{ arm: hostile, against: [{ name: hostile, difference }] }],
  singles: {
    rows: [{ name: hostile, gain: difference, verdict: 'safe', j: 0.1 }],
    correlation: 0.5,
    correlationInterval: interval,
  },
  missing: [hostile],
  failed: [{ task: hostile, reason: hostile }],
});

const [first, ...others] = selection.augmentations;
const renamed = {
  ...selection,
  deltaFrom: hostile,
  augmentations: [{ ...first, name: hostile, reason: hostile }, ...others],
  conflicts: [{ members: [hostile, 'RandomCrop'], evidence: hostile, removed: hostile }],
  identities: [{ members: [hostile, 'RandomCrop'], same: hostile }],
  safe: [hostile],
};

const pages: Record<string, string> = {
  learn: learnPage({ run: 'nowhere', manifest, selection: renamed, samples: null, events }),
  sets: setsPage({
    manifest,
    events,
    sets: [{ name: hostile, data: hostile, selection: renamed, report: `${hostile}/report.html` }],
  }),
  training: trainingPage({ run: 'nowhere', manifest, result, events }),
  comparison: comparisonPage({ manifest, comparison, events, curves }),
};

for (const [name, html] of Object.entries(pages))
  describe(`the page of ${name}`, () => {
    test('keeps names harmless, in text and in attributes', () => {
      assert.ok(
        html.includes('&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;y&quot;'),
      );
      assert.doesNotMatch(html, /<script|alert\('|& "y"|&amp;(lt|gt|amp|quot|#39);/);
    });

    test('has headings in order, one of them the first', () => {
      const levels = [...html.matchAll(/<h([1-6])[ >]/g)].map(([, level]) => Number(level));
      assert.equal(levels.filter((level) => level === 1).length, 1);
      levels.forEach((level, i) => assert.ok(level <= (levels[i - 1] ?? 0) + 1, `${levels}`));
    });

    test('links every term to one entry of its glossary, and lists no other', () => {
      const linked = new Set([...html.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id));
      const entries = [...html.matchAll(/<dt id="([^"]+)"/g)].map(([, id]) => id);
      assert.deepEqual([...linked].sort(), [...entries].sort());
      assert.equal(entries.length > 0, name !== 'training');
    });
  });
