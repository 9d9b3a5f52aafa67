import { markup, nothing, type Content, type Markup } from './html.js';
import { section } from './elements.js';

/** The terms of the method, each in a sentence or two, in the order in which they build on each other. */
const terms = {
  'judging images': [
    'judging-images',
    'Images held out from training. Verdicts are measured on them; a part of them chooses the cut-offs and is measured on in nothing else.',
  ],
  J: [
    'j',
    'Recognition rate minus false-positive rate: how often the answer is “applied” with the augmentation, minus how often without it, on the same images. 0 where the augmentation is not recognised, 1 where it always is.',
  ],
  look: [
    'look',
    'One way to look for an augmentation: the network on the whole image, on the window alone or on the border alone, or simple statistics of the pixels. The verdict takes the look that recognises it best.',
  ],
  window: [
    'window',
    'The part of the image that a crop or a shift keeps. Its surroundings are filled up by mirroring, so that the image keeps its size.',
  ],
  control: [
    'control',
    'A change with a known answer that the network learns as a further label: negative controls do nothing, harmless controls set delta, positive controls must be recognised.',
  ],
  delta: [
    'delta',
    'The largest J that still counts as safe. Unless it is set by hand, it is the upper 95 % limit of J of the most recognised harmless control, within fixed bounds.',
  ],
  harm: [
    'harm',
    'The part of the task head’s skill that is lost under the augmentation: 0 where nothing is lost, 1 where it does no better than guessing. Skill is the score on the images as they are minus what guessing reaches.',
  ],
} as const satisfies Record<string, readonly [id: string, definition: string]>;

export type Term = keyof typeof terms;

/** A term of the method, linked to its entry in the glossary at the end of the page. */
export function term(name: Term, words: Content = name): Markup {
  return markup`<a class="term" href="#${anchor(name)}">${words}</a>`;
}

/** The entries that a page links to; nothing where it links to none. */
export function glossary(page: Markup): Markup {
  const text = page.toString();
  const entries = (Object.keys(terms) as Term[])
    .filter((name) => text.includes(`href="#${anchor(name)}"`))
    .map((name) => markup`<dt id="${anchor(name)}">${name}</dt><dd>${terms[name][1]}</dd>`);
  if (entries.length === 0) return nothing;
  return section(
    'glossary',
    'Glossary',
    markup`<dl>${entries}</dl><p class="soft">The method in full: docs/method.md of safe-augment.</p>`,
  );
}

function anchor(name: Term): string {
  return `term-${terms[name][0]}`;
}
