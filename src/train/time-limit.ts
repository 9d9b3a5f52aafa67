import { performance } from 'node:perf_hooks';

/** What time a training has. */
export interface TimeLimit {
  /** Seconds for training and for what follows it, from the training's start, in all its sittings. */
  readonly seconds: number;
  /** Of these, for what follows, on a machine as fast as planned. */
  readonly after: number;
  /** What was planned. */
  readonly imagesPerSecond: number;
  /** A clock in milliseconds. Default: this process's. */
  now?(): number;
}

/** Between two looks at the clock pass this share of the limit and this many seconds. */
const lookShare = 0.02;
const leastLook = 1;
/** A number of steps that differs by less of those left, or of all, is not worth a change. */
const tolerance = { left: 0.05, all: 0.01 };
/** What follows can be cut short: however slow the machine, it is given no more than so many times what was planned. */
const mostSlowdown = 2;
/** More steps than planned are taken where there is time for so many times as many. */
const beyond = 1.2;
/** What counts of the last looks' speed at each new one. */
const memory = 0.5;

/** What a training has still to do. */
interface StepsAhead {
  /** More than these are never taken. */
  readonly most: number;
  /** Steps by the plan. */
  readonly planned: number;
  /** Steps by what was found last. */
  readonly left: number;
  /** Steps of the whole training. */
  readonly all: number;
  /** Of a step. */
  readonly images: number;
  /** Looks at held-out images. */
  readonly validations: number;
}

/** What a training takes, in seconds. */
export interface Pace {
  /** Of a step, lately; undefined where the clock has not been looked at yet. */
  readonly step?: number;
  /** Of a look at held-out images, as of the last one. */
  readonly validation: number;
}

/**
 * Says how many steps still fit the time that a training has.
 *
 * It looks at the clock every few steps. The speed is that of the last looks: a machine that others use is slow for minutes, and
 * then is not.
 */
export class TrainingClock {
  private readonly now: () => number;
  private readonly began: number;
  /** Where the step under way began. */
  private since: number;
  /** Steps since the last look at the clock, and their seconds: epochs may be shorter than what lies between two looks. */
  private steps = 0;
  private took = 0;
  private perStep: number | undefined;
  private perValidation: number;

  /**
   * @param before seconds of the sittings before this one
   * @param pace found by the last of these
   */
  constructor(
    private readonly limit: TimeLimit,
    private readonly before: number,
    pace: Pace = { validation: 0 },
  ) {
    this.perStep = pace.step;
    this.perValidation = pace.validation;
    this.now = limit.now ?? (() => performance.now());
    this.began = this.now();
    this.since = this.began;
  }

  /** Seconds of training, of all sittings. */
  seconds(): number {
    return this.before + (this.now() - this.began) / 1000;
  }

  /** What the training takes, as far as is known. */
  get pace(): Pace {
    return { step: this.perStep, validation: this.perValidation };
  }

  /** Goes on after something that was no step. @param validation true: a look at held-out images */
  restart(validation: boolean): void {
    const now = this.now();
    if (validation) this.perValidation = (now - this.since) / 1000;
    this.since = now;
  }

  /**
   * Counts a step.
   *
   * @returns the steps that fit from now on, at most `most`; undefined: as before
   */
  step({ most, planned, left, all, images, validations }: StepsAhead): number | undefined {
    const now = this.now();
    this.took += (now - this.since) / 1000;
    this.since = now;
    this.steps++;
    const { seconds, after, imagesPerSecond } = this.limit;
    if (this.took < Math.max(leastLook, lookShare * seconds)) return undefined;
    const recent = this.took / this.steps;
    this.perStep =
      this.perStep === undefined ? recent : memory * this.perStep + (1 - memory) * recent;
    this.took = 0;
    this.steps = 0;
    const slowdown = Math.max(1, (this.perStep * imagesPerSecond) / images);
    const end = seconds - after * Math.min(mostSlowdown, slowdown);
    const time = end - this.seconds() - validations * this.perValidation;
    const inTime = Math.max(1, Math.min(most, Math.floor(time / this.perStep)));
    // A little time to spare is no reason to depart from the plan.
    const fitting = inTime > planned && inTime < beyond * planned ? planned : inTime;
    const worth = Math.max(tolerance.left * left, tolerance.all * all);
    return Math.abs(fitting - left) > worth ? fitting : undefined;
  }
}
