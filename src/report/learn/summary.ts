import type { Selection, Verdict } from '../../run/files/index.js';
import { term } from '../glossary.js';
import { markup, nothing, type Content, type Markup } from '../html.js';
import { byJ, commandLine, list, signs } from '../elements.js';
import { count, fixed, listed, percent, taskFigure, whole } from '../wording.js';

const meaning: Record<Verdict, string> = {
  safe: 'recognised no better than a harmless change; harm to the task below its limit',
  undecided: 'neither these images nor this training decide on which side of the limits it lies',
  unsafe: 'recognised better than a harmless change, or harmful to the task',
};

/** The outcome in words: one sentence, and the augmentations by verdict. */
export function summary(selection: Selection): Markup {
  const cards = selection.status === 'undertrained' ? nothing : verdictCards(selection);
  return markup`<p class="lead">${headline(selection)}</p>${cards}`;
}

function headline(selection: Selection): Markup {
  const of = (verdict: Verdict): string[] =>
    byJ(selection.augmentations.filter((a) => a.verdict === verdict)).map((a) => a.name);
  if (selection.status === 'undertrained') {
    const missed = selection.controls.filter((c) => c.kind === 'positive' && !c.passed);
    const which =
      missed.length === 0
        ? ''
        : ` The network missed ${listed(missed.map((c) => c.name))}, which a trained network recognises.`;
    // Judging says why, and what helps; runs of earlier versions may not.
    const why = /^undertrained: (.)(.*)$/s.exec(selection.augmentations[0]?.reason ?? '');
    if (why !== null)
      return markup`<strong>No verdict: undertrained.</strong> ${why[1].toUpperCase()}${why[2]}. The answers about the augmentations mean nothing yet.`;
    return markup`<strong>No verdict: undertrained.</strong>${which} Its answers about the augmentations mean nothing yet: give the run more time (<code>--budget</code>) or more images.`;
  }
  const safe = of('safe');
  const open = of('undecided');
  const all = selection.augmentations.length;
  const first =
    safe.length === 0
      ? `None of the ${count(all, 'augmentation')} is safe for these images.`
      : markup`<strong>${safe.length} of ${count(all, 'augmentation')} ${safe.length === 1 ? 'is' : 'are'} safe</strong> for these images: ${listed(safe)}.`;
  const [verb, pronoun] = open.length === 1 ? ['is', 'it stays'] : ['are', 'they stay'];
  const rest =
    open.length === 0
      ? ''
      : ` ${listed(open)} ${verb} undecided: more images, more draws or longer training may decide. Until then ${pronoun} out of the policy.`;
  return markup`${first}${rest}`;
}

function verdictCards(selection: Selection): Markup {
  const card = (verdict: Verdict): Markup => {
    const rows = byJ(selection.augmentations.filter((a) => a.verdict === verdict));
    const names = rows.map((a) => markup`<li>${a.name}</li>`);
    return markup`<div class="card ${verdict}"><p class="title"><span aria-hidden="true">${signs[verdict]}</span> ${rows.length} ${verdict}</p><p>${meaning[verdict]}</p><ul>${names}</ul></div>`;
  };
  return markup`<div class="cards">${card('safe')}${card('undecided')}${card('unsafe')}</div>`;
}

/** Of the task head's skill, where a run does not say it. */
const defaultHarmMargin = 0.2;

/** Which rule decided, and where its margins come from. */
export function rule(selection: Selection): Markup {
  if (selection.rule === 'thesis')
    return markup`<p>The thesis’s rule decided: recognition and false positives at probability 0.5 against fixed thresholds.</p>`;
  const { delta, deltaFrom, augmentations, harmMargin = defaultHarmMargin } = selection;
  const isHarmMeasured = augmentations.some((a) => a.harm !== undefined);
  const verdicts = isHarmMeasured
    ? markup`An augmentation is <em>safe</em> where the whole interval of J lies below ${term('delta')} and the whole interval of its ${term('harm')} below ${harmMargin}. It is <em>unsafe</em> where either interval lies above its limit, so also where only the task suffers. Otherwise it is <em>undecided</em>.`
    : markup`An augmentation is <em>safe</em> where the whole interval of J lies below ${term('delta')}, <em>unsafe</em> where it lies above, and <em>undecided</em> otherwise.`;
  return markup`<p>${term('J')} is the recognition rate minus the false-positive rate. Both are measured on the same ${term('judging images')}, with the augmentation alone and without it, at a cut-off chosen on other images. J is 0 where the augmentation is not recognised and 1 where it always is. ${verdicts} Where an augmentation cuts a ${term('window')} and mirroring fills the border, window and border are each judged by a ${term('look')} of their own: the seam between them says nothing about what the image shows. Here delta is <strong>${fixed(delta)}</strong>: ${deltaFrom}.</p>`;
}

/** Safe augmentations that are not safe together; nothing where there are none. */
export function conflicts(selection: Selection): Markup {
  if (selection.conflicts.length === 0) return nothing;
  const items = selection.conflicts.map((c) => {
    const removed = c.removed === undefined ? '' : ` Left out of the policy: ${c.removed}.`;
    return markup`<strong>${listed(c.members)}</strong>: ${c.evidence}.${removed}`;
  });
  return markup`<h3>Safe alone, not together</h3>${list(items)}`;
}

/** Members of the safe set that together are nothing new; nothing where there are none. */
export function identities({ identities: found = [] }: Selection): Markup {
  if (found.length === 0) return nothing;
  const items = found.map(({ members, same }) => `${listed(members)}: ${same}.`);
  return markup`<h3>Nothing new together</h3>${list(items)}`;
}

/** How the classes of uneven data come off, and for which of them no verdict speaks alone. */
function classes({ balancedAccuracy, untestedClasses = [] }: Selection): Markup[] {
  const items: Markup[] = [];
  if (balancedAccuracy !== undefined)
    items.push(
      markup`<strong>Uneven classes.</strong> Balanced accuracy, the mean of the accuracies of the classes, is ${percent(balancedAccuracy)} on the clean judging images. Harm is a mean over images, so the common classes decide it.`,
    );
  if (untestedClasses.length > 0)
    items.push(
      markup`<strong>Classes with few images.</strong> No class of its own was tested for harm where it has too few judging images: ${listed(untestedClasses.map((c) => `${c.class} (${whole(c.judged)})`))}. An augmentation that harms only these would not be seen; those with 0 were trained on and not judged.`,
    );
  return items;
}

function independence({ augmentations }: Selection): Markup {
  const groups = augmentations.at(0)?.groups;
  if (groups === undefined)
    return markup`<strong>Independent images.</strong> The intervals assume independent images. Frames of one video or pictures of one patient are not independent: with them the intervals are too narrow, unless ${commandLine('--group-by')} says what belongs together.`;
  return markup`<strong>Groups.</strong> The judging images come in ${whole(groups)} groups, and intervals are over groups: images of one group, such as frames of one video, may depend on each other as they like.`;
}

/** That several networks judged; nothing where one did. */
function folds({ folds: networks }: Selection): Markup[] {
  if (networks === undefined) return [];
  return [
    markup`<strong>Folds.</strong> ${whole(networks)} networks judged, each the images that it was not trained on. Images that judge one network have trained the others, so intervals are 8 % wider than those over independent images. J is the mean over these networks; <code>judge</code> and <code>train --init</code> use the first, whose training the curves below show.`,
  ];
}

/** What this run could have detected, and what no run of this kind shows. */
export function caveats(selection: Selection): Markup {
  const items: Content[] = [];
  const { smallestDifference: smallest, cleanAccuracy: clean, pixelAccuracy } = selection;
  const n = Math.min(...selection.augmentations.map((a) => a.n));
  if (smallest !== undefined)
    items.push(
      markup`<strong>Power.</strong> J was measured on ${whole(n)} or more image pairs for each augmentation. Differences of J under ${fixed(smallest)} cannot be excluded for the least certain of them; more images or draws narrow that.`,
    );
  if (clean !== undefined)
    items.push(
      markup`<strong>The network.</strong> Its task ${taskFigure(selection)} on the clean judging images is ${percent(clean.value)} (95 %: ${percent(clean.low)} to ${percent(clean.high)})${pixelAccuracy === undefined ? '' : markup`, the share of right pixels ${percent(pixelAccuracy)}`}. A stronger network may recognise more.`,
    );
  items.push(
    markup`<strong>Alone.</strong> Each augmentation was judged by itself. A combination of safe ones need not be safe.`,
    markup`<strong>Safe is not useful.</strong> For a safe augmentation both J and the harm to the task lie below their limits; neither need be 0. Whether training with it raises the accuracy is another question. The task change shows only what it does to this network.`,
    ...classes(selection),
    independence(selection),
    ...folds(selection),
    markup`<strong>Held out.</strong> Verdicts were measured on images held out from training; the test images were not used. The thesis selected on the test set.`,
  );
  return list(items);
}
