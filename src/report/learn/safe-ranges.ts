import { createTransform, type TransformSpec } from '../../augment/index.js';
import {
  halfKnown,
  longFrom,
  paddingOf,
  type Manifest,
  type Selection,
} from '../../run/files/index.js';
import { term } from '../glossary.js';
import { markup, nothing, type Markup } from '../html.js';
import { list } from '../elements.js';
import { fixed } from '../wording.js';

type ImageSize = Pick<Manifest['data'], 'height' | 'width'>;

/** What the crop from a padded image costs at each padding, and which `recommended` takes; nothing where it was not judged. */
export function paddedCrop(selection: Selection): Markup {
  const { paddedCrop: judged = [], harmMargin = 0, known = 1 } = selection;
  const widest = paddingOf(selection);
  if (judged.length === 0 || widest === undefined) return nothing;
  const share = (padding: number): string => `${fixed(100 * padding, 1)}\u00a0%`;
  const points = judged.map(
    ({ padding, harm }) =>
      `${share(padding)}: ${fixed(harm.value, 2)} [${fixed(harm.low, 2)}, ${fixed(harm.high, 2)}]`,
  );
  const rule = `the widest whose harm is below ${fixed(harmMargin, 2)}${known < halfKnown ? ', or, as the network knows less than half of the task, the widest of all where the first is below' : ''}`;
  const taken = widest === 0 ? 'none of them' : `${share(widest)} of the longer side`;
  return markup`<p><strong>Crop from the image padded with black.</strong> ${term('harm', 'Harm')} by padding, a share of the longer side: ${points.join('; ')}. <code>recommended</code> takes ${rule}: ${taken}. The network has never seen such a crop: this limits how far it reaches, and does not say what training with it costs.</p>`;
}

/**
 * What common recipes add, and which of it `recommended` takes; nothing where it was not judged.
 *
 * @param size of the images that were judged
 */
export function additions(
  { additions: judged = [], harmMargin = 0, known = 1 }: Selection,
  size: ImageSize,
): Markup {
  if (judged.length === 0) return nothing;
  const items = judged.map(({ name, options, harm, harmless }) => {
    return markup`<strong>${name}</strong>${reachOf({ name, options }, size)}: ${fixed(harm.value, 2)} [${fixed(harm.low, 2)}, ${fixed(harm.high, 2)}], ${harmless ? 'taken' : 'not taken'}`;
  });
  // Earlier versions went by the estimate.
  const ofEstimate = judged.some(({ harm, harmless }) => harmless && harm.high >= harmMargin);
  const rule =
    known < halfKnown
      ? markup`the lower limit of its ${term('harm', 'harm')} is below 0.50, as the network knows less than half of the task`
      : markup`${ofEstimate ? '' : 'the upper limit of '}its ${term('harm', 'harm')} is below ${fixed(harmMargin, 2)}`;
  return markup`<p><strong>What common recipes add.</strong> <code>train --policy recommended</code> draws each of these, too, if ${rule}; files for other tools from ${longFrom} epochs on. Each is in the strongest form of which that holds, or else in its gentlest. The network has never seen any of them: this is no verdict.</p>${list(items)}`;
}

/** How far an augmentation goes: `, rotateLimit up to 15 degrees`. */
function reachOf(spec: TransformSpec, size: ImageSize): string {
  const reaches = createTransform(spec)
    .magnitudes(size)
    .filter(({ full }) => full > 0)
    .map(({ option, full, unit }) => `, ${option} up to ${Number(full.toPrecision(3))} ${unit}`);
  return reaches.join('');
}

/** Narrower ranges in which an augmentation that is not safe would be; nothing where none was judged. */
export function safeRanges(selection: Selection): Markup {
  const items = selection.augmentations.flatMap(({ name, strengths = [] }) =>
    strengths.map((s) => {
      const points = s.points.map(
        (p) =>
          `${fixed(p.magnitude, 2)}: J ${fixed(p.fitted, 2)}, up to ${fixed(p.high, 2)}${p.harmFitted === undefined || p.harmHigh === undefined ? '' : `, harm ${fixed(p.harmFitted, 2)}, up to ${fixed(p.harmHigh, 2)}`}`,
      );
      const outcome =
        s.safeUpTo === null
          ? 'not safe at any magnitude that was tried'
          : `safe up to ${fixed(s.safeUpTo, 2)} ${s.unit}`;
      const kept =
        s.keepsUpTo === undefined
          ? ''
          : s.keepsUpTo === null
            ? '; not shown to keep the labels at any'
            : `; keeps the labels up to ${fixed(s.keepsUpTo, 2)} ${s.unit}`;
      return markup`<strong>${name}</strong>, ${s.option}: ${outcome}${kept} <span class="soft">(${points.join('; ')})</span>`;
    }),
  );
  if (items.length === 0) return nothing;
  return markup`<p>${term('J')} of narrower ranges, at the cut-off of the full one, fitted to rise with the magnitude (isotonic regression). A range is safe where the fit’s upper limit lies below ${term('delta')} and the measured harm to the task below its limit. <code>policy.json</code> lists the safe ranges under <code>narrowed</code>. Harm is fitted likewise; the ranges that keep the labels are under <code>keepNarrowed</code>.</p>${list(items)}`;
}
