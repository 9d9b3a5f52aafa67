import assert from 'node:assert/strict';
import { test } from 'node:test';
import { policyFormatNames, policyFormats } from '../../src/augment/index.js';
import { learnPage } from '../../src/report/learn/learn-page.js';
import { policyFileSchema } from '../../src/run/files/index.js';
import { events, manifest, selection } from './small-run.js';

const subset = (names: string[], except = {}) => ({
  size: names.length,
  p: 0.5,
  restore: 'reflect',
  transforms: names.map((name) => ({ name })),
  except,
});
const sets = { version: 1, data: '</pre><script>alert(1)</script>', height: 16, width: 16 };

function pageWith(own: object): string {
  const policy = policyFileSchema.parse({ ...sets, safe: subset([]), ...own });
  return learnPage({ run: 'runs/photos', manifest, selection, samples: null, events, policy });
}

test('the report ends with the file for every tool, each with a button that names it', () => {
  const page = pageWith({
    safeV2: subset(['HorizontalFlip'], { '<b>six': ['HorizontalFlip'] }),
    keep: subset([]),
    keepV2: subset(['Blur']),
  });
  const sections = [...page.matchAll(/<h2 id="(\w+)">/g)].map(([, id]) => id);
  assert.equal(sections.filter((id) => id !== 'glossary').at(-1), 'use');
  assert.match(page, /The set <strong>keep-v2<\/strong>/);
  for (const name of policyFormatNames) {
    assert.match(
      page,
      new RegExp(
        `data-of="use-${name}" aria-label="Copy the file for ${policyFormats[name].title}"`,
      ),
    );
    assert.match(page, new RegExp(`<pre id="use-${name}" tabindex="0"`));
  }
  // One script, ours; buttons are hidden until it runs.
  assert.equal(page.match(/<script/g)?.length, 1);
  assert.equal(page.match(/<button[^>]* hidden>/g)?.length, policyFormatNames.length);
  assert.doesNotMatch(page, /<\/pre><script>|<b>six/);
});

test('where nothing is in the policy, tools are told to augment nothing', () => {
  const page = pageWith({ safeV2: subset([]) });
  assert.match(page, /train without any/);
  const shown = policyFormatNames.filter((name) => page.includes(`id="use-${name}"`));
  assert.deepEqual(shown, ['ultralytics', 'timm']);
});

test('a run without a policy has no such section', () => {
  const page = learnPage({ run: 'r', manifest, selection, samples: null, events });
  assert.doesNotMatch(page, /id="use"|<script/);
});
