import type { Ends } from './methods.js';

/** Of one method on one kind of sample. */
export interface Row {
  readonly what: string;
  readonly n: number;
  readonly method: string;
  /** Share of samples, 0 to 1. */
  readonly covered: number;
  /** Mean width. */
  readonly width: number;
}

/** Counts how often intervals contain the truth. */
export class Tally {
  private readonly of = new Map<string, { all: number; covered: number; width: number }>();

  constructor(private readonly truth: number) {}

  add(method: string, [low, high]: Ends): void {
    const own = this.of.get(method) ?? { all: 0, covered: 0, width: 0 };
    this.of.set(method, own);
    own.all++;
    own.width += high - low;
    if (low <= this.truth && this.truth <= high) own.covered++;
  }

  rows(what: string, n: number): Row[] {
    return [...this.of].map(([method, { all, covered, width }]) => ({
      what,
      n,
      method,
      covered: covered / all,
      width: width / all,
    }));
  }
}
