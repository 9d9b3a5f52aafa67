import type { Estimate } from '../../metrics/index.js';
import { inBrackets } from '../reasons.js';

/** They move the pixels of an image and lose none. */
const reorienting: readonly string[] = [
  'HorizontalFlip',
  'VerticalFlip',
  'RandomRotate90',
  'Transpose',
];

/** A flip that surely takes this part of the margin of harm costs a training something. */
const costlyPart = 1 / 4;

/** A flip that is detected keeps the labels where it surely takes less than this part. */
const keptPart = 5 / 8;

/** Whether a flip or turn surely costs more than a quarter of the margin of harm. */
export function isCostlyFlip({ low }: Estimate, harmMargin: number): boolean {
  return low > costlyPart * harmMargin;
}

/**
 * Why a flip or turn is not harmless, though its harm lies below the margin. A network loses some of its skill under a crop or a blur,
 * because these hide a part of what it goes by. A flip hides nothing, so what is lost under it, after a training that had it too, may be
 * a few classes that it turns into others, and they may have too few judging images to be exceptions
 * (docs/decisions/097-flips-lose-nothing.md).
 *
 * @returns undefined for other augmentations, and where it is not sure that harm is above a quarter of the margin
 */
export function classesTurned(
  name: string,
  harm: Estimate,
  harmMargin: number,
): string | undefined {
  if (!reorienting.includes(name) || !isCostlyFlip(harm, harmMargin)) return undefined;
  return `a flip or turn hides nothing of an image, yet harm ${inBrackets(harm)} is surely above ${costlyPart * harmMargin}, a quarter of its margin: it may turn some classes into others`;
}

/**
 * Why a flip or turn that is detected is not sure to keep the labels, though its harm lies below the margin: where few images leave its
 * harm wide open, `classesTurned` hardly ever speaks.
 *
 * @returns undefined for other augmentations, and where harm is surely below five eighths of the margin
 */
export function mayTurnClasses(
  name: string,
  harm: Estimate,
  harmMargin: number,
): string | undefined {
  if (!reorienting.includes(name) || harm.high < keptPart * harmMargin) return undefined;
  return `a flip or turn hides nothing of an image, so harm must surely be below ${keptPart * harmMargin}, five eighths of its margin, and is ${inBrackets(harm)}; more judging images would decide it`;
}
