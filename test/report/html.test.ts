import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandLine } from '../../src/report/elements.js';
import { joined, markup, nothing, raw, type Markup } from '../../src/report/html.js';

const name = `<script>alert("x")</script> & 'y'`;
const escaped = '&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;y&#39;';

test('escapes text, in attributes too, and leaves markup as it is', () => {
  const inner = markup`<b title="${name}">${name}</b>`;
  assert.equal(inner.toString(), `<b title="${escaped}">${escaped}</b>`);
  assert.equal(markup`<p>${inner}</p>`.toString(), `<p>${inner}</p>`);
  assert.equal(raw('<i>').toString(), '<i>');
});

test('puts lists one item after the other, and escapes those that are text', () => {
  const items = [markup`<li>${1}</li>`, '<li>', [nothing, 'a']];
  assert.equal(markup`<ul>${items}</ul>`.toString(), '<ul><li>1</li>&lt;li&gt;a</ul>');
  assert.equal(markup`${joined(['a', 'b', 'c'], ', ')}`.toString(), 'a, b, c');
  assert.ok(markup`${nothing}`.isEmpty);
});

test('options of a command stay whole, where lines would break after their hyphens', () => {
  assert.equal(
    commandLine('safe-augment learn a-b --budget 5m').toString(),
    '<code>safe-augment learn a-b <span class="whole">--budget</span> 5m</code>',
  );
});

test('text does not compile where markup is expected', () => {
  const shown = (body: Markup): string => String(body);
  // @ts-expect-error: text that was not escaped
  assert.equal(shown('<b>'), '<b>');
  // @ts-expect-error: what looks like markup is none
  assert.equal(shown({ isEmpty: false, toString: () => '<b>' }), '<b>');
  // @ts-expect-error: nothing to show
  assert.equal(markup`${undefined}`.toString(), 'undefined');
});
