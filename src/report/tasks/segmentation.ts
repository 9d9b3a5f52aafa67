import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClassFigure, Sheet } from '../../run/files/index.js';
import { markup, nothing, type Markup } from '../html.js';
import { scrolling, section } from '../elements.js';
import { percent } from '../wording.js';
import type { TaskFindings } from './findings.js';

/** Intersection over union of each class, and pictures with masks. */
export function segmentationSections({ run, classes, panels }: TaskFindings): Markup[] {
  return [
    section('classes', 'Classes', classTable(classes)),
    section('predictions', 'Masks', panelStrip(run, panels)),
  ];
}

/** Images, masks and predictions one below the other, embedded; nothing where the picture is gone. */
function panelStrip(run: string, sheet: Sheet | undefined): Markup {
  if (sheet === undefined) return nothing;
  const path = join(run, sheet.file);
  if (!existsSync(path)) return nothing;
  const width = sheet.columns * (sheet.tile.width + sheet.gap) - sheet.gap;
  const height = sheet.rows * (sheet.tile.height + sheet.gap) - sheet.gap;
  const data = readFileSync(path).toString('base64');
  const alt = `${sheet.columns} images, their masks and the predictions`;
  return markup`<p>Top row: the images. Middle row: their masks. Bottom row: the predictions. Black pixels are not counted.</p>${scrolling(alt, markup`<figure class="panels3"><img loading="lazy" width="${width}" height="${height}" alt="${alt}" src="data:image/png;base64,${data}"></figure>`)}`;
}

/** Intersection over union of every class with its colour, best first; classes without pixels last. */
function classTable(classes: readonly ClassFigure[] | undefined): Markup {
  if (classes === undefined) return nothing;
  const sorted = [...classes].sort((a, b) => (b.iou ?? -1) - (a.iou ?? -1));
  const rows = sorted.map(({ name, iou, colour }) => {
    const share = (100 * (iou ?? 0)).toFixed(1);
    return markup`<tr><th scope="row"><i class="patch" style="background:${colour}"></i>${name}</th><td class="n">${iou === null ? 'no pixels' : percent(iou)}</td><td class="bar"><span class="iou"><i style="width:${share}%;background:${colour}"></i></span></td></tr>`;
  });
  return scrolling(
    'Table: Classes',
    markup`<table class="classes"><thead><tr><th scope="col">Class</th><th scope="col" class="n">IoU</th><th scope="col"><span class="sr">IoU as a bar</span></th></tr></thead><tbody>${rows}</tbody></table>`,
  );
}
