import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { buildReport } from '../../src/report/index.js';
import { selection, smallRun } from './small-run.js';

async function pageOf(...args: Parameters<typeof smallRun>): Promise<string> {
  return readFileSync(await buildReport(await smallRun(...args)), 'utf8');
}

/** Tags that are opened and not closed, or closed and not opened. */
function unbalanced(html: string): string[] {
  const open: string[] = [];
  const alone = new Set(['meta', 'img', 'br', 'circle', 'line', 'rect', 'polyline']);
  for (const [, closing, name, self] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*?(\/?)>/g)) {
    if (self === '/' || alone.has(name)) continue;
    if (closing === '') open.push(name);
    else if (open.pop() !== name) return [`</${name}>`];
  }
  return open;
}

describe('a report', () => {
  test('says the outcome in words, with what stays open', async () => {
    const html = await pageOf();
    assert.match(html, /<h1>Safe augmentations for photos<\/h1>/);
    assert.match(html, /1 of 3 augmentations is safe<\/strong> for these images: HorizontalFlip/);
    assert.match(
      html,
      /RandomCrop is undecided: more images, more draws or longer training may decide/,
    );
    assert.match(html, /Differences of J under 0\.046 cannot be excluded/);
  });

  test('holds every augmentation and control with its numbers, the least recognisable first', async () => {
    const html = await pageOf();
    const table = html.slice(html.indexOf('<table>'), html.indexOf('</table>'));
    const names = [...table.matchAll(/<th scope="row">(\w+)/g)].map((m) => m[1]);
    assert.deepEqual(names, ['HorizontalFlip', 'RandomCrop', 'Blur']);
    for (const text of ['0.797', '0.737 to 0.857', '−10.4', '12.0 %', 'J above 0.068'])
      assert.ok(table.includes(text), text);
    for (const { name } of selection.controls)
      assert.match(html, new RegExp(`<th scope="row">${name}</th>`));
    for (const text of ['safe-augment learn photos', 'libtorch 1.13.0', 'f00d'])
      assert.ok(html.includes(text), text);
  });

  test('is well formed, loads nothing, runs nothing, and names its pictures', async () => {
    const html = await pageOf();
    assert.deepEqual(unbalanced(html), []);
    assert.doesNotMatch(html, /<script|<link|@import|(src|href)="(?!data:|#)/);
    assert.doesNotMatch(html, /NaN|undefined|Infinity/);
    const images = html.match(/<img [^>]*>/g) ?? [];
    assert.ok(images.length >= 7);
    for (const image of images) assert.match(image, /alt="Above 4 images as they are, below/);
    const drawings = html.match(/<svg [^>]*>/g) ?? [];
    for (const svg of drawings)
      assert.match(svg, /aria-hidden="true"|role="img" aria-label="[^"]+"/);
  });

  test('makes text from the data harmless', async () => {
    const [first, ...rest] = selection.augmentations;
    const name = '<script>alert("x")</script>';
    const html = await pageOf({ augmentations: [{ ...first, name }, ...rest] });
    assert.ok(!html.includes('<script>'));
    assert.ok(html.includes('&lt;script&gt;'));
    assert.ok(html.includes('dog &lt;&amp;&gt;'));
  });

  test('says so when the network has not learned enough to judge', async () => {
    const controls = selection.controls.map((c) => ({ ...c, passed: c.kind !== 'positive' }));
    const html = await pageOf({ status: 'undertrained', controls, safe: [] });
    assert.match(html, /No verdict: undertrained/);
    assert.match(html, /missed ControlInvert/);
    assert.doesNotMatch(html, /class="cards"/);
  });

  test('names conflicts, and what they removed', async () => {
    const conflict = { members: ['RandomCrop', 'CenterCrop'], evidence: 'twice cropped' };
    const html = await pageOf({ conflicts: [{ ...conflict, removed: 'CenterCrop' }] });
    assert.match(
      html,
      /RandomCrop and CenterCrop<\/strong>: twice cropped\. Left out of the policy: CenterCrop/,
    );
  });

  test('counts an epoch once that a resumed run has told twice', async () => {
    const html = await pageOf();
    const [first] = html.match(/<polyline class="curve training" points="[^"]+"/) ?? [];
    assert.equal(first?.split(' ').filter((p) => p.includes(',')).length, 4);
  });

  test('is made without samples and without controls too', async () => {
    const html = await pageOf({ controls: [] }, false);
    assert.doesNotMatch(html, /<img|On your own images|<h2 id="controls">/);
    assert.deepEqual(unbalanced(html), []);
  });

  test('is the same for the same run', async () => {
    const run = await smallRun();
    const first = readFileSync(await buildReport(run), 'utf8');
    assert.equal(readFileSync(await buildReport(run), 'utf8'), first);
  });
});

describe('what is no finished run', () => {
  test('is named', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'report-'));
    await assert.rejects(
      buildReport(empty),
      /not contain a finished run[^]*selection\.json[^]*--resume/,
    );
    writeFileSync(join(empty, 'selection.json'), '{"version": 1, "rule": "guess"}');
    await assert.rejects(buildReport(empty), /is damaged[^]*selection\.json, rule/);
    writeFileSync(join(empty, 'selection.json'), '{');
    await assert.rejects(buildReport(empty), /is not JSON/);
  });

  test('shows pairs as a matrix, with conflicts in words, and ranges that are still safe', async () => {
    const pair = (members: string[], conflict: boolean) => ({
      members,
      j: 0.3,
      harm: 0.1,
      moreRecognised: { value: 0.21, low: 0.12, high: 0.3 },
      moreHarm: { value: 0.02, low: -0.01, high: 0.05 },
      conflict,
      evidence: 'J 0.30, 0.21 [0.12, 0.30] more than both alone',
    });
    const [blur, flip, crop] = selection.augmentations;
    const strength = {
      option: 'blurLimit',
      unit: 'pixels a side',
      points: [{ magnitude: 3, j: 0.05, fitted: 0.05, high: 0.09, harmless: true }],
      safeUpTo: 3,
      options: { blurLimit: [3, 3] },
    };
    const html = await pageOf({
      ...selection,
      augmentations: [{ ...blur, strengths: [strength] }, flip, crop],
      safe: ['HorizontalFlip', 'RandomCrop'],
      conflicts: [
        { members: ['RandomCrop', 'RandomCrop'], evidence: 'J 0.30', removed: 'RandomCrop' },
      ],
      pairs: [
        pair(['RandomCrop', 'RandomCrop'], true),
        pair(['HorizontalFlip', 'RandomCrop'], false),
      ],
      pairsLeft: 2,
      identities: [{ members: ['HorizontalFlip', 'RandomCrop'], same: 'nothing new' }],
    });
    const matrix = /<svg class="matrix".*?<\/svg>/s.exec(html)?.[0] ?? '';
    assert.equal((matrix.match(/<rect class="conflict"/g) ?? []).length, 1);
    assert.equal((matrix.match(/<rect class="pair"/g) ?? []).length, 1);
    assert.match(html, /Left out of the policy: RandomCrop/);
    assert.match(html, /2 pairs were not judged/);
    assert.match(html, /safe up to 3\.00 pixels a side/);
    assert.deepEqual(unbalanced(html), []);
  });
});
