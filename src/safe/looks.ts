import type { Look, Observer } from './judge.js';
import type { Label } from './labels.js';

/**
 * How a label is looked at. What shows windows is judged by the window's content and the border's, each
 * alone: only together do they show the seam, which is no change of what the image shows.
 */
export function looksAt({ window }: Label, { statistics }: Pick<Observer, 'statistics'>): Look[] {
  const looks: Look[] = window ? ['window', 'border'] : ['network'];
  return statistics === undefined ? looks : [...looks, 'statistics'];
}
