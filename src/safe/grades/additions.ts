import type { TransformSpec } from '../../augment/index.js';
import { unboundedInterval, type Estimate } from '../../metrics/index.js';
import { halfKnown } from './harm-growth.js';
import { harmAlone, type HarmAloneOptions } from './harm-alone.js';

const turned = (rotateLimit: number): TransformSpec => ({
  name: 'ShiftScaleRotate',
  options: { shiftLimit: 0, scaleLimit: 0, rotateLimit },
});
const scaled = (scaleLimit: number): TransformSpec => ({
  name: 'ShiftScaleRotate',
  options: { shiftLimit: 0, scaleLimit, rotateLimit: 0 },
});
const erased = (most: number): TransformSpec => ({
  name: 'RandomErasing',
  options: { scale: [0.02, most] },
});

/**
 * What common recipes for small images add to crop and flip, each at several strengths where it has any: the operations of RandAugment
 * (Cubuk et al., 2019) but for its brightness and contrast, which are judged anyway, its shifts, which the padded crop does, and
 * solarising; and a rectangle that is painted over (Zhong et al., 2017).
 */
const additions: readonly (readonly TransformSpec[])[] = [
  [turned(15), turned(7.5)],
  [scaled(0.2), scaled(0.1)],
  [{ name: 'Shear' }, { name: 'Shear', options: { limit: 5 } }],
  [
    { name: 'HueSaturationValue' },
    {
      name: 'HueSaturationValue',
      options: { hueShiftLimit: 10, satShiftLimit: 15, valShiftLimit: 10 },
    },
  ],
  [{ name: 'Sharpness' }],
  [{ name: 'Posterize' }],
  [{ name: 'AutoContrast' }],
  [{ name: 'Equalize' }],
  [{ name: 'RandomErasing' }, erased(0.16), erased(0.08)],
];
/** Enough to know harm to a few hundredths of the skill, where the task is known. */
const mostImages = 500;

/** The passes that `judgeAdditions` takes at most, in such over all of so many images. */
export function additionPasses(images: number): number {
  return additions.flat().length * Math.min(1, mostImages / images);
}

/** What costs a network that knows little so much of its skill, for sure, breaks labels. */
const breaking = 0.5;

interface HarmRule {
  readonly known: number;
  readonly harmMargin: number;
}

/**
 * Whether an addition costs little enough: surely less than the margin of harm, as what keeps the labels does. A network that knows less than
 * half of the task loses it to any change that it has not seen, so there the lower limit must lie below a half.
 */
export function isHarmless({ low, high }: Estimate, { known, harmMargin }: HarmRule): boolean {
  return known < halfKnown ? low < breaking : high < harmMargin;
}

/**
 * The same of a rectangle that is painted over: surely less than half. It hides a part of what the class is seen by and changes nothing else,
 * so a network that has not met it misses more than it teaches wrongly (docs/decisions/094-growing-strength.md).
 */
function hidesLittle({ low, high }: Estimate, { known }: HarmRule): boolean {
  return (known < halfKnown ? low : high) < breaking;
}

/** What an addition costs in the strongest of its forms that is harmless, or else in its gentlest. */
export interface Addition {
  readonly spec: TransformSpec;
  /** By `isHarmless`; what is painted over, by a wider bound. */
  readonly harmless: boolean;
  /** With its 95 % interval. */
  readonly harm: Estimate;
}

export interface AdditionOptions extends HarmAloneOptions {
  readonly harmMargin: number;
  /** How far the task is known (`knownShare`). */
  readonly known: number;
  /** Names that are judged as augmentations of the run. */
  readonly judged: readonly string[];
  /** Called before each. */
  onAddition(done: number, total: number): void;
  mayContinue(): boolean;
}

/**
 * What common additions cost a network that has never seen them: a pass over five hundred of the judging images at most for each, another
 * where that costs too much. This limits what a long training draws (docs/decisions/093-long-trainings.md), and proves nothing.
 *
 * @returns those judged in time; what the run judges in full under the same name is left out, but for parts of
 * ShiftScaleRotate
 */
export async function judgeAdditions(o: AdditionOptions): Promise<Addition[]> {
  const wanted = additions.filter(
    ([{ name }]) => name === 'ShiftScaleRotate' || !o.judged.includes(name),
  );
  const found: Addition[] = [];
  for (const [done, forms] of wanted.entries()) {
    if (!o.mayContinue()) break;
    o.onAddition(done, wanted.length);
    for (const [i, spec] of forms.entries()) {
      const harm = unboundedInterval(await harmAlone(spec, mostImages, o), 0.05);
      const harmless = (spec.name === 'RandomErasing' ? hidesLittle : isHarmless)(harm, o);
      if (!harmless && i + 1 < forms.length) continue;
      found.push({ spec, harm, harmless });
      break;
    }
  }
  return found;
}
