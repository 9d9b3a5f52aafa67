import type { EvidenceRow } from '../../src/commands/recommend/evidence-row.js';
import { studentQuantile } from '../../src/metrics/index.js';
import type { Interval } from '../../src/run/files/index.js';
import type { Measured, SeedSpread } from './measured.js';

/**
 * The table as the package has it: rows of one seed get the spread over seeds that others have shown.
 *
 * A difference of two trainings varies by 2 v from seed to seed, where v is the pooled variance of a training (`seedSpread`) over rows
 * whose networks start alike, or over all where there are none. With the standard error s over test images the interval is
 * ± t(0.975, degrees of v) sqrt(s^2 + 2 max(0, v)) (docs/decisions/086-expected-gain.md).
 *
 * @throws Error where a row has one seed and no row has several
 */
export function evidenceRows(all: readonly Measured[]): EvidenceRow[] {
  return all
    .map(({ spread, ...row }): EvidenceRow => {
      if (spread !== null) return row;
      const seeds = pooled(all, row.pretrained) ?? pooled(all);
      if (seeds === null) throw new Error(`${row.data}: one seed, and no row has several`);
      const { none, standard } = row.gains;
      return { ...row, gains: { none: wider(none, seeds), standard: wider(standard, seeds) } };
    })
    .map((row) => ({ ...row, gains: rounded(row.gains) }));
}

function pooled(all: readonly Measured[], pretrained?: boolean): SeedSpread | null {
  const known = all.flatMap((row) =>
    row.spread !== null && (pretrained ?? row.pretrained) === row.pretrained ? [row.spread] : [],
  );
  const degrees = known.reduce((sum, own) => sum + own.degrees, 0);
  if (degrees === 0) return null;
  return {
    variance: known.reduce((sum, own) => sum + own.degrees * own.variance, 0) / degrees,
    degrees,
  };
}

function wider(over: Interval | null, { variance, degrees }: SeedSpread): Interval | null {
  if (over === null) return null;
  const { value, low, high } = over;
  const error = (high - low) / 2 / studentQuantile(0.975, 1e6);
  const half = studentQuantile(0.975, degrees) * Math.sqrt(error ** 2 + 2 * Math.max(0, variance));
  return { value, low: value - half, high: value + half };
}

/** More digits are not known, and would differ between machines. */
function rounded({ none, standard }: EvidenceRow['gains']): EvidenceRow['gains'] {
  // Written as 0, -0 would be read back as another number.
  const digits = (v: number): number => Math.round(v * 1e6) / 1e6 + 0;
  const of = (gain: Interval | null): Interval | null =>
    gain && { value: digits(gain.value), low: digits(gain.low), high: digits(gain.high) };
  return { none: of(none), standard: of(standard) };
}
