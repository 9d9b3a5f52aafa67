import type { Selection, Verdict } from '../run/files/index.js';
import { escape, fixed, listed } from './html.js';
import { byJ, signs } from './marks.js';

const meaning: Record<Verdict, string> = {
  safe: 'cannot be told from clean images better than harmless changes',
  undecided: 'these images cannot tell on which side of delta it lies',
  unsafe: 'changes images in a way the network recognises',
};

/** The outcome in words: one sentence, and the augmentations by verdict. */
export function summary(selection: Selection): string {
  return `<p class="lead">${headline(selection)}</p>${selection.status === 'undertrained' ? '' : cards(selection)}`;
}

function headline(selection: Selection): string {
  const of = (verdict: Verdict): string[] =>
    byJ(selection.augmentations.filter((a) => a.verdict === verdict)).map((a) => a.name);
  if (selection.status === 'undertrained') {
    const missed = selection.controls.filter((c) => c.kind === 'positive' && !c.passed);
    return `<strong>No verdict: undertrained.</strong> The network missed ${listed(missed.map((c) => c.name))}, which any network that has learned to look recognises. What it says about the augmentations means nothing yet: give the run more time (<code>--budget</code>) or more images.`;
  }
  const safe = of('safe');
  const open = of('undecided');
  const all = selection.augmentations.length;
  const first =
    safe.length === 0
      ? `None of the ${all} augmentations is safe for these images.`
      : `<strong>${safe.length} of ${all} augmentations ${safe.length === 1 ? 'is' : 'are'} safe</strong> for these images: ${listed(safe)}.`;
  const rest =
    open.length === 0
      ? ''
      : ` About ${listed(open)} more images or draws would have to decide; until then ${open.length === 1 ? 'it stays' : 'they stay'} out of the policy.`;
  return first + rest;
}

function cards(selection: Selection): string {
  const card = (verdict: Verdict): string => {
    const rows = byJ(selection.augmentations.filter((a) => a.verdict === verdict));
    const names = rows.map((a) => `<li>${escape(a.name)}</li>`).join('');
    return `<div class="card ${verdict}"><h3><span aria-hidden="true">${signs[verdict]}</span> ${rows.length} ${verdict}</h3><p>${meaning[verdict]}</p><ul>${names}</ul></div>`;
  };
  return `<div class="cards">${card('safe')}${card('undecided')}${card('unsafe')}</div>`;
}

/** Which rule decided, and where its margin comes from. */
export function rule(selection: Selection): string {
  if (selection.rule === 'thesis')
    return `<p>Decided by the thesis’s rule: recognition and false positives at probability 0.5 against fixed thresholds.</p>`;
  return `<p><dfn>J</dfn> is the recognition rate minus the false-positive rate, on the same unseen images with the augmentation alone and without, at a cut-off calibrated on other images: 0 where it cannot be told from nothing, 1 where it always can. An augmentation is <em>safe</em> where its whole interval lies below <dfn>delta</dfn>, <em>unsafe</em> where it lies above, and <em>undecided</em> in between. An augmentation that surely costs the task head more than a fifth of what it can do is unsafe too, recognised or not: it breaks labels. Windows that are filled up by mirroring are judged by what lies inside and what lies in the border, each alone: the seam between says nothing of what the image shows. Here delta is <strong>${fixed(selection.delta)}</strong>: ${escape(selection.deltaFrom)}.</p>`;
}

/** Safe augmentations that are not safe together; empty where there are none. */
export function conflicts(selection: Selection): string {
  if (selection.conflicts.length === 0) return '';
  const items = selection.conflicts.map((c) => {
    const removed = c.removed === undefined ? '' : ` Left out of the policy: ${escape(c.removed)}.`;
    return `<li><strong>${listed(c.members)}</strong>: ${escape(c.evidence)}.${removed}</li>`;
  });
  return `<h3>Safe alone, not together</h3><ul class="limits">${items.join('')}</ul>`;
}
