import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setsPage } from '../../src/report/sets-page.js';
import { events, manifest, selection } from './small-run.js';

const [blur, flip, crop] = selection.augmentations;
const other = {
  ...selection,
  augmentations: [
    blur,
    { ...flip, verdict: 'unsafe' as const, j: 0.4 },
    { ...crop, verdict: 'safe' as const },
  ],
  safe: ['RandomCrop'],
};
const pageOf = (second: typeof selection): string =>
  setsPage({
    manifest,
    events,
    sets: [
      { name: 'photos', data: 'folder:/data/photos', selection, report: 'sets/photos/report.html' },
      {
        name: 'a #1 <b>',
        data: '/data/a #1 <b>',
        selection: second,
        report: 'sets/a #1 <b>/report.html',
      },
    ],
  });

test('the report of several data sets tells them apart, and leads to the report of each', () => {
  const html = pageOf(other);
  assert.match(html, /<h1>Safe augmentations for photos and a #1 &lt;b&gt;<\/h1>/);
  assert.match(
    html,
    /No augmentation is safe for all data sets\. Safe for some and unsafe for others: HorizontalFlip\./,
  );
  assert.match(html, /href="sets\/photos\/report\.html"/);
  assert.match(html, /href="sets\/a%20%231%20%3Cb%3E\/report\.html"/);
  assert.doesNotMatch(html, /<b>|<script|undefined|NaN/);
  const rows = [...html.matchAll(/<tr><th scope="row">(\w+)<\/th>(.*?)<\/tr>/gs)];
  const flipRow = rows.find(([, name]) => name === 'HorizontalFlip')![2];
  assert.deepEqual(
    [...flipRow.matchAll(/badge (\w+)/g)].map((m) => m[1]),
    ['safe', 'unsafe'],
  );
  assert.match(flipRow, /0\.012.*0\.400/s);
});

test('it says for which there is no verdict', () => {
  const silent = { ...other, status: 'undertrained' as const, safe: [] };
  const html = pageOf(silent);
  assert.match(html, /HorizontalFlip is safe for photos\./);
  assert.match(html, /For a #1 &lt;b&gt; there is no verdict: undertrained/);
  assert.match(html, /no verdict<\/span>/);
  assert.match(pageOf(selection), /HorizontalFlip is safe for all data sets/);
});
