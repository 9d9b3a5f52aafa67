import { formatDuration } from '../core/index.js';
import { type Figure, type TrainingResult } from '../run/files/index.js';

/** Prints what a training came to, and where to look further. */
export function showResult(
  { result, seconds }: { result: TrainingResult; seconds: number },
  report: string,
): void {
  const { test, heldOut, figures } = result;
  const { low, high } = test.first;
  console.log(`\nTested on ${test.images} images that took part in no decision:`);
  figures.forEach((figure, i) => {
    const interval = i === 0 ? `  [${shown(figure, low)}, ${shown(figure, high)}]` : ''.padEnd(18);
    const held = shown(figure, heldOut.metrics[figure.key]);
    console.log(
      `  ${figure.label.padEnd(10)} ${shown(figure, test.metrics[figure.key]).padStart(8)}${interval}  held out ${held}`,
    );
  });
  console.log(`\nDone in ${formatDuration(seconds)}.`);
  console.log(`Report: ${report}`);
}

/** A figure for people: shares as percentages. */
export function shown({ share }: Figure, value: number): string {
  return share ? `${(100 * value).toFixed(1)} %` : value.toFixed(4);
}
