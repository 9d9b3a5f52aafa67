import { printable } from '../core/index.js';
import { countOf } from './folders.js';
import { labelOf, type DatasetTargets } from './targets.js';
import type { Duplicates, Item } from './listing.js';

const mostExamples = 5;
const shownExamples = 3;

/** An image, and the first training (or validation) image with the same pixels. */
interface Pair {
  readonly of: Item;
  readonly first: Item;
  readonly otherClass: boolean;
}

/** Finds images with equal pixels by their hashes, and words what to say of them. */
export function findDuplicates(
  items: readonly Item[],
  targets: DatasetTargets,
  hashes: readonly string[],
): { duplicates: Duplicates; warnings: string[] } {
  const labels = items.map((_, i) => JSON.stringify(labelOf(targets, i, items.length)));
  const firstOf = new Map<string, number>();
  const pair = (i: number, first: number): Pair => ({
    of: items[i],
    first: items[first],
    otherClass: labels[i] !== labels[first],
  });
  const repeated = items.flatMap(({ split }, i) => {
    if (split === 'test') return [];
    const first = firstOf.get(hashes[i]);
    if (first !== undefined) return [pair(i, first)];
    firstOf.set(hashes[i], i);
    return [];
  });
  const inTest = items.flatMap(({ split }, i) => {
    const first = split === 'test' ? firstOf.get(hashes[i]) : undefined;
    return first === undefined ? [] : [pair(i, first)];
  });
  const all = [...inTest, ...repeated];
  const duplicates: Duplicates = {
    testInTrain: inTest.length,
    withinTrain: repeated.length,
    otherClass: all.filter(({ otherClass }) => otherClass).length,
    examples: all.slice(0, mostExamples).map(({ of, first }) => [of.name, first.name] as const),
  };
  return { duplicates, warnings: warningsOf(inTest, repeated, all) };
}

function warningsOf(
  inTest: readonly Pair[],
  repeated: readonly Pair[],
  all: readonly Pair[],
): string[] {
  const warnings: string[] = [];
  const note = (pairs: readonly Pair[], one: string, many: string, shown = 1): void => {
    if (pairs.length === 0) return;
    const such = pairs.slice(0, shown).map(({ of, first }) => `${of.name} = ${first.name}`);
    const examples = such.map(printable).join(', ');
    warnings.push(
      `${pairs.length === 1 ? `1 ${one}` : `${pairs.length} ${many}`} (${
        pairs.length > such.length ? 'for example ' : ''
      }${examples})`,
    );
  };
  const ofParts = (of: string, first: string): Pair[] =>
    repeated.filter((pair) => pair.of.split === of && pair.first.split === first);
  note(
    inTest,
    'test image is identical to a training image',
    'test images are identical to training images',
  );
  note(
    ofParts('val', 'train'),
    'validation image is identical to a training image',
    'validation images are identical to training images',
  );
  note(
    ofParts('train', 'train'),
    'training image is a duplicate',
    'training images are duplicates',
  );
  note(
    ofParts('val', 'val'),
    'validation image is a duplicate',
    'validation images are duplicates',
  );
  const across = all.filter(({ otherClass }) => otherClass);
  const such = `of these ${countOf(all.length, 'duplicate')}`;
  note(across, `${such} has another class`, `${such} have another class`, shownExamples);
  return warnings;
}
