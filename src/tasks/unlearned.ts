import type { TrainConfig } from '../config/index.js';
import { printable } from '../core/index.js';
import type { ClassFigure } from '../run/files/index.js';

/** Below this intersection over union hardly a pixel of a class is found. */
const leastIou = 0.1;
/** Classes named at most. */
const mostNamed = 8;

/**
 * Classes of pixels that a network has not learned: their intersection over union is below .1, or no better than calling
 * every pixel theirs, which reaches their share of the pixels. Classes without a pixel are not among them.
 */
function unlearnedClasses(classes: readonly ClassFigure[]): ClassFigure[] {
  return classes.filter(
    ({ iou, share = 0 }) => share > 0 && (iou ?? 0) <= Math.max(leastIou, share),
  );
}

/**
 * What is to be said of classes that were not learned, with a remedy; undefined where all were, or where figures are not
 * of classes of pixels.
 *
 * @param images the images that the figures are of, such as `test`
 */
export function unlearnedWarning(
  classes: readonly ClassFigure[] | undefined,
  { classBalance }: Pick<TrainConfig, 'classBalance'>,
  images: string,
): string | undefined {
  const unlearned = unlearnedClasses(classes ?? []);
  if (unlearned.length === 0) return undefined;
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const named = unlearned
    .slice(0, mostNamed)
    .map(
      ({ name, iou, share = 0 }) =>
        `${printable(name)} (IoU ${percent(iou ?? 0)}, ${percent(share)} of the pixels)`,
    );
  const more = unlearned.length - named.length;
  const remedy =
    classBalance === 'median'
      ? 'train longer, or add images that show them'
      : 'rare classes weigh more with --set classBalance=median; or train longer';
  return `not learned, by the ${images} images: ${named.join(', ')}${more > 0 ? `, and ${more} more` : ''}; ${remedy}`;
}
