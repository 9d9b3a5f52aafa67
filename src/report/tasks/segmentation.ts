import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClassFigure, Sheet } from '../../run/files/index.js';
import { escape, percent, section } from '../html.js';
import type { TaskFindings } from './findings.js';

/** Intersection over union of each class, and pictures with masks. */
export function segmentationSections({ run, classes, panels }: TaskFindings): string {
  return `${section('classes', 'Classes', classTable(classes))}
${section('predictions', 'Masks', panelStrip(run, panels))}`;
}

/** Images, masks and predictions one below the other, embedded; empty where the picture is gone. */
function panelStrip(run: string, sheet: Sheet | undefined): string {
  if (sheet === undefined) return '';
  const path = join(run, sheet.file);
  if (!existsSync(path)) return '';
  const width = sheet.columns * (sheet.tile.width + sheet.gap) - sheet.gap;
  const height = sheet.rows * (sheet.tile.height + sheet.gap) - sheet.gap;
  const data = readFileSync(path).toString('base64');
  return `<p>Above the images as they are, in the middle their masks, below what the network says; black counts for nothing.</p><figure class="panels3"><img loading="lazy" width="${width}" height="${height}" alt="${sheet.columns} images, their masks and the predictions" src="data:image/png;base64,${data}"></figure>`;
}

/** Intersection over union of every class with its colour, best first; classes without pixels last. */
function classTable(classes: readonly ClassFigure[] | undefined): string {
  if (classes === undefined) return '';
  const sorted = [...classes].sort((a, b) => (b.iou ?? -1) - (a.iou ?? -1));
  const rows = sorted.map(({ name, iou, colour }) => {
    const share = 100 * (iou ?? 0);
    const bar = `<span class="iou"><i style="width:${share.toFixed(1)}%;background:${escape(colour)}"></i></span>`;
    return `<tr><th scope="row"><i class="patch" style="background:${escape(colour)}"></i>${escape(name)}</th><td class="n">${iou === null ? 'no pixels' : percent(iou)}</td><td class="bar">${bar}</td></tr>`;
  });
  return `<div class="scroll" tabindex="0" role="region" aria-label="Classes"><table class="classes"><thead><tr><th scope="col">Class</th><th scope="col" class="n">IoU</th><th scope="col"></th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}
