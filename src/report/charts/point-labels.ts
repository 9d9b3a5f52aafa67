/** A box in drawing units. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PointLabel {
  readonly text: string;
  /** The point it belongs to. */
  readonly x: number;
  readonly y: number;
}

export interface PlacedLabel extends PointLabel {
  /** Where its box lies; the text's middle line is at `box.y + box.height / 2`. */
  readonly box: Box;
}

/** Width of a character at 13 px in the widest of the page's fonts, with some room. */
const perCharacter = 7.4;
const lineHeight = 16;
const pointRadius = 7;

/** Width and height of a label, in drawing units. */
export function textBox(text: string): Pick<Box, 'width' | 'height'> {
  return { width: text.length * perCharacter, height: lineHeight };
}

/**
 * Places labels beside their points so that none covers another label, a point, or the frame's edge.
 *
 * Greedy: the most crowded points choose first, each the nearest free place out of rings around it.
 * Where nothing is free the place with the least overlap is taken.
 *
 * @param occupied what else they must not cover. Default: nothing
 */
export function placeLabels(
  labels: readonly PointLabel[],
  frame: Box,
  occupied: readonly Box[] = [],
): PlacedLabel[] {
  const points: Box[] = labels.map(({ x, y }) => ({
    x: x - pointRadius,
    y: y - pointRadius,
    width: 2 * pointRadius,
    height: 2 * pointRadius,
  }));
  const crowd = labels.map(({ x, y }) =>
    labels.reduce((sum, other) => sum + 1 / (10 + Math.hypot(other.x - x, other.y - y)), 0),
  );
  const order = labels.map((_, i) => i).sort((a, b) => crowd[b] - crowd[a]);
  const taken: Box[] = [...occupied];
  const placed = new Array<PlacedLabel>(labels.length);
  for (const i of order) {
    const label = labels[i];
    let best: Box | undefined;
    let least = Infinity;
    for (const [box, distance] of candidates(label)) {
      const covered = [...points, ...taken].reduce((sum, other) => sum + overlap(box, other), 0);
      const cost = 50 * covered + 50 * outside(box, frame) + distance;
      if (cost < least) [best, least] = [box, cost];
    }
    taken.push(best!);
    placed[i] = { ...label, box: best! };
  }
  return placed;
}

/** Places around a point, each with how far its nearest corner lies from it. */
function* candidates({ text, x, y }: PointLabel): Generator<[Box, number]> {
  const { width, height } = textBox(text);
  for (let ring = 0; ring < 8; ring++) {
    const away = pointRadius + 2 + ring * 9;
    for (let turn = 0; turn < 16; turn++) {
      const angle = (turn * Math.PI) / 8;
      const cx = x + Math.cos(angle) * away;
      const cy = y + Math.sin(angle) * away;
      // To the right of the point the box starts there, to the left it ends there.
      const left = cx - width * (1 - Math.cos(angle)) * 0.5;
      const top = cy - height * (1 - Math.sin(angle)) * 0.5;
      const preference = turn === 0 ? 0 : Math.abs(Math.sin(angle)) < 0.5 ? 2 : 4;
      yield [{ x: left, y: top, width, height }, ring * 9 + preference];
    }
  }
}

export function overlap(a: Box, b: Box): number {
  const w = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const h = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return w > 0 && h > 0 ? w * h : 0;
}

function outside(box: Box, frame: Box): number {
  return box.width * box.height - overlap(box, frame);
}
