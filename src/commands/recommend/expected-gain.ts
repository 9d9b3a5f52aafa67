import type { Interval } from '../../run/files/index.js';
import { combineGains, type CombinedGain } from './combine-gains.js';
import type { EvidenceRow, Opponent } from './evidence-row.js';
import type { PolicyForm } from './policy-parts.js';
import { similarRows, type SimilarRow, type TrainingFacts } from './similar-data.js';

/** An interval about 0 within this, in shares of 1, means that no gain is to be expected. */
export const noGainWithin = 0.01;

/**
 * What is to be expected of the recommended policy:
 *
 * - `gain`, `loss`: the interval lies above, or below, 0;
 * - `no gain`: it contains 0, and reaches no further than a point from it;
 * - `not known`: it is wider, or there is none.
 */
export type GainState = 'gain' | 'loss' | 'no gain' | 'not known';

/** The gain over one other policy. */
export interface ExpectedGain {
  readonly over: Opponent;
  readonly state: GainState;
  /** In shares of 1; null where nothing similar was measured. */
  readonly gain: CombinedGain | null;
  /** What it rests on, the nearest first. */
  readonly rows: readonly SimilarRow[];
  /** Why there is no interval; undefined where there is one. */
  readonly why?: string;
  /** The nearest of the rows that are too unlike, where there is no interval. */
  readonly nearest?: SimilarRow;
}

/** A training with the recommended policy. */
export interface RecommendedTraining extends TrainingFacts, PolicyForm {
  /** What is learned: only gains of classification were measured. */
  readonly task: string;
  /** Whether the policy changes images at all. */
  readonly changes: boolean;
  /** Whether a horizontal flip keeps the labels; null: not decided. */
  readonly flipKeepsLabels: boolean | null;
}

/**
 * The gain of the recommended policy over another one, from what was measured of similar data.
 *
 * The padded crop and the flip are taken to make most of a gain: rows whose policy has one stand for policies that have it; what crop and flip would come to is only known where a flip is known to
 * keep or to break the labels.
 */
export function expectedGain(
  table: readonly EvidenceRow[],
  own: RecommendedTraining,
  over: Opponent,
): ExpectedGain {
  const unknown = (why: string): ExpectedGain => ({
    over,
    state: 'not known',
    gain: null,
    rows: [],
    why,
  });
  if (own.task !== 'classification')
    return unknown(`only classification was measured, and this is ${own.task}`);
  if (!own.changes) return unknown('this run recommends to change nothing');
  if (over === 'standard' && own.flipKeepsLabels === null)
    return unknown('this run does not decide whether a flip keeps the labels');
  const wanted = { flips: own.flips, crops: own.crops, over };
  const rows = similarRows(table, own, wanted);
  if (rows.length > 0) {
    const gain = combineGains(rows.flatMap(({ row }) => row.gains[over] ?? []));
    return { over, state: stateOf(gain), gain, rows };
  }
  const [nearest] = similarRows(table, own, wanted, Infinity);
  if (nearest !== undefined)
    return { ...unknown('no data were measured that are similar enough'), nearest };
  if (!table.some(({ pretrained }) => pretrained === own.pretrained))
    return unknown(
      own.pretrained
        ? 'no network that starts from weights was measured'
        : 'no network trained from scratch was measured',
    );
  const has = (is: boolean, what: string): string => `${is ? 'with' : 'without'} a ${what}`;
  return unknown(
    `no policy ${has(own.crops, 'padded crop')} and ${has(own.flips, 'flip')} was measured`,
  );
}

/** What an interval in shares of 1 says. */
export function stateOf({ low, high }: Interval): GainState {
  if (low > 0) return 'gain';
  if (high < 0) return 'loss';
  return Math.max(-low, high) <= noGainWithin ? 'no gain' : 'not known';
}
