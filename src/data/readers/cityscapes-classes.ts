import { emptyTable, ignoredLabel } from '../masks.js';
import type { ClassList } from './class-list.js';

/** Id, name, colour, and whether the official 19 classes include it (cityscapesScripts, helpers/labels.py). */
const labels: readonly (readonly [number, string, string, boolean])[] = [
  [4, 'static', '#000000', false],
  [5, 'dynamic', '#6f4a00', false],
  [6, 'ground', '#510051', false],
  [7, 'road', '#804080', true],
  [8, 'sidewalk', '#f423e8', true],
  [9, 'parking', '#faaaa0', false],
  [10, 'rail track', '#e6968c', false],
  [11, 'building', '#464646', true],
  [12, 'wall', '#66669c', true],
  [13, 'fence', '#be9999', true],
  [14, 'guard rail', '#b4a5b4', false],
  [15, 'bridge', '#966464', false],
  [16, 'tunnel', '#96785a', false],
  [17, 'pole', '#999999', true],
  [18, 'polegroup', '#999999', false],
  [19, 'traffic light', '#faaa1e', true],
  [20, 'traffic sign', '#dcdc00', true],
  [21, 'vegetation', '#6b8e23', true],
  [22, 'terrain', '#98fb98', true],
  [23, 'sky', '#4682b4', true],
  [24, 'person', '#dc143c', true],
  [25, 'rider', '#ff0000', true],
  [26, 'car', '#00008e', true],
  [27, 'truck', '#000046', true],
  [28, 'bus', '#003c64', true],
  [29, 'caravan', '#00005a', false],
  [30, 'trailer', '#00006e', false],
  [31, 'train', '#005064', true],
  [32, 'motorcycle', '#0000e6', true],
  [33, 'bicycle', '#770b20', true],
];
/** unlabeled, ego vehicle, rectification border, out of roi: never a class. */
const neverClasses = [0, 1, 2, 3];

/**
 * Cityscapes' labelIds as classes: the 19 trainIds of the benchmark, or the 30 classes of the paper (Cordts
 * et al., 2016, figure 1); everything else is ignored.
 */
export function cityscapesClasses(count: 19 | 30): ClassList {
  const table = emptyTable();
  for (const id of neverClasses) table[id] = ignoredLabel;
  const chosen = labels.filter(([id, , , official]) => {
    table[id] = ignoredLabel;
    return count === 30 || official;
  });
  chosen.forEach(([id], index) => (table[id] = index));
  return {
    classes: chosen.map(([, name]) => name),
    colours: chosen.map(([, , colour]) => colour),
    table,
    expected: 'a labelId from 0 to 33, or 255 (ignored)',
  };
}
