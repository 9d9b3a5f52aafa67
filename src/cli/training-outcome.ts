import { formatDuration, plainTable } from '../core/index.js';
import { type Figure, type TrainingResult } from '../run/files/index.js';

/** Prints what a training came to, and where to look further. */
export function showResult(
  { result, seconds }: { result: TrainingResult; seconds: number },
  report: string,
): void {
  const { test, heldOut, figures } = result;
  const { low, high } = test.first;
  console.log(`\nTested on ${test.images} images that took part in no decision:`);
  console.log(
    plainTable({
      rows: figures.map((figure, i) => [
        `  ${figure.label}`,
        shown(figure, test.metrics[figure.key]),
        // Only the figure that trainings are compared by has an interval.
        i === 0 ? `[${shown(figure, low)}, ${shown(figure, high)}]` : '',
        `held out ${shown(figure, heldOut.metrics[figure.key])}`,
      ]),
      right: [1],
    }),
  );
  console.log(`\nDone in ${formatDuration(seconds)}.`);
  console.log(`Report: ${report}`);
}

/** A figure for people: shares as percentages. */
export function shown({ share }: Figure, value: number): string {
  return share ? `${(100 * value).toFixed(1)} %` : value.toFixed(4);
}
