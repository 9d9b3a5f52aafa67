import type { ClassFigure } from './files/index.js';
import type { Dataset } from '../data/index.js';
import { iouOf, type Regions } from '../metrics/index.js';

/** Intersection over union of each class over a set of images, with its name and colour. */
export function classFigures(
  regions: Regions,
  { classes, masks }: Pick<Dataset, 'classes' | 'masks'>,
): ClassFigure[] {
  const iou = iouOf(regions);
  return classes.map((name, c) => ({
    name,
    iou: Number.isNaN(iou[c]) ? null : iou[c],
    colour: masks?.colours[c] ?? '#000000',
  }));
}
