/** A schedule's state: plain JSON. */
export type ScheduleState = Record<string, number>;

/** Says which learning rate the next step or epoch has. */
export interface Schedule {
  /** When `step` is due: after every training step, or after every epoch. */
  readonly unit: 'step' | 'epoch';
  /** The rate as it stands. */
  readonly lr: number;
  /**
   * Moves on and returns the new rate.
   *
   * @param metric what `ReduceOnPlateau` watches; left out, its rate stays
   */
  step(metric?: number): number;
  /** Comes to its end after so many steps from now on, by going through what is left of it faster or slower; without effect where it has no end. */
  endIn(steps: number): void;
  state(): ScheduleState;
  loadState(state: ScheduleState): void;
}

/** The same rate all the time. */
export class Constant implements Schedule {
  readonly unit = 'epoch';
  constructor(readonly lr: number) {}
  step(): number {
    return this.lr;
  }
  endIn(): void {}
  state(): ScheduleState {
    return {};
  }
  loadState(): void {}
}

/** A rate that depends on the number of steps alone. */
abstract class ByStep implements Schedule {
  readonly unit = 'step';
  private done = 0;
  /** Steps of the schedule that a step goes through: more than one where the end was moved closer, less where away. */
  private pace = 1;

  /** @param steps of the whole schedule */
  constructor(private readonly length: number) {}

  /** The rate after `done` steps, a whole number unless the end was moved. */
  protected abstract at(done: number): number;

  get lr(): number {
    return this.at(this.done);
  }
  step(): number {
    this.done += this.pace;
    return this.lr;
  }
  endIn(steps: number): void {
    // The last step is the one before the end.
    this.pace = steps > 1 ? Math.max(0, (this.length - 1 - this.done) / (steps - 1)) : 1;
  }
  /** The pace is left out where it is 1, as in the states of older versions. */
  state(): ScheduleState {
    const { done, pace } = this;
    return pace === 1 ? { done } : { done, pace };
  }
  loadState(state: ScheduleState): void {
    this.done = state.done;
    this.pace = state.pace ?? 1;
  }
}

/** Options of `Cosine`, in steps. */
export interface CosineOptions {
  /** The highest rate. */
  readonly lr: number;
  readonly steps: number;
  /** Steps of linear rise before it; default 0. */
  readonly warmUp?: number;
  /** Where it ends; default 0. */
  readonly minimum?: number;
}

/** Half a cosine from `lr` to `minimum` (Loshchilov and Hutter, 2017, eq. 5, without restarts). */
export class Cosine extends ByStep {
  constructor(private readonly options: CosineOptions) {
    super(options.steps);
  }

  protected at(done: number): number {
    const { lr, steps, warmUp = 0, minimum = 0 } = this.options;
    if (done < warmUp) return (lr * (done + 1)) / (warmUp + 1);
    const share = Math.min(1, (done - warmUp) / Math.max(1, steps - warmUp));
    return minimum + ((lr - minimum) * (1 + Math.cos(Math.PI * share))) / 2;
  }
}

/** Options of `OneCycle`, in steps; defaults as in PyTorch. */
export interface OneCycleOptions {
  /** The highest rate. */
  readonly lr: number;
  readonly steps: number;
  /** The share of steps in which it rises; default 0.3. */
  readonly rise?: number;
  /** It starts at lr / startDivisor; default 25. */
  readonly startDivisor?: number;
  /** It ends at lr / startDivisor / endDivisor; default 1e4. */
  readonly endDivisor?: number;
}

/** Up and down by half cosines (Smith and Topin, 2018), as torch.optim.lr_scheduler.OneCycleLR. */
export class OneCycle extends ByStep {
  constructor(private readonly options: OneCycleOptions) {
    super(options.steps);
  }

  protected at(done: number): number {
    const { lr, steps, rise = 0.3, startDivisor = 25, endDivisor = 1e4 } = this.options;
    const start = lr / startDivisor;
    const end = start / endDivisor;
    const peak = rise * steps - 1;
    const last = steps - 1;
    if (done <= peak) return cosine(start, lr, peak > 0 ? done / peak : 1);
    return cosine(lr, end, Math.min(1, (done - peak) / Math.max(1e-9, last - peak)));
  }
}

function cosine(from: number, to: number, share: number): number {
  return to + ((from - to) * (1 + Math.cos(Math.PI * share))) / 2;
}

/** Options of `ReduceOnPlateau`; the thesis: factor 0.1, patience 10 (segmentation 0.5, 7). */
export interface PlateauOptions {
  readonly lr: number;
  /** Default 0.1. */
  readonly factor?: number;
  /** Epochs without improvement that are borne; default 10. */
  readonly patience?: number;
  /** Whether the metric should fall or rise; default min. */
  readonly mode?: 'min' | 'max';
  /** The relative change that counts as improvement; default 1e-4. */
  readonly threshold?: number;
  /** Epochs after a reduction in which nothing is counted; default 0. */
  readonly cooldown?: number;
  /** Default 0. */
  readonly minimum?: number;
}

/** Lowers the rate when a metric stops improving, as torch.optim.lr_scheduler.ReduceLROnPlateau. */
export class ReduceOnPlateau implements Schedule {
  readonly unit = 'epoch';
  private rate: number;
  private best: number;
  private bad = 0;
  private cooling = 0;

  constructor(private readonly options: PlateauOptions) {
    this.rate = options.lr;
    this.best = options.mode === 'max' ? -Infinity : Infinity;
  }

  get lr(): number {
    return this.rate;
  }

  step(metric?: number): number {
    if (metric === undefined) return this.rate;
    const { factor = 0.1, patience = 10, cooldown = 0, minimum = 0 } = this.options;
    if (this.isBetter(metric)) {
      this.best = metric;
      this.bad = 0;
    } else this.bad++;
    if (this.cooling > 0) {
      this.cooling--;
      this.bad = 0;
    }
    if (this.bad > patience) {
      const reduced = Math.max(minimum, this.rate * factor);
      // PyTorch leaves changes below 1e-8 alone.
      if (this.rate - reduced > 1e-8) this.rate = reduced;
      this.cooling = cooldown;
      this.bad = 0;
    }
    return this.rate;
  }

  endIn(): void {}

  private isBetter(metric: number): boolean {
    const { mode = 'min', threshold = 1e-4 } = this.options;
    return mode === 'min'
      ? metric < this.best * (1 - threshold)
      : metric > this.best * (1 + threshold);
  }

  /** JSON knows no infinity: before the first metric `best` is left out. */
  state(): ScheduleState {
    const { rate, bad, cooling, best } = this;
    return Number.isFinite(best) ? { rate, bad, cooling, best } : { rate, bad, cooling };
  }

  loadState(state: ScheduleState): void {
    this.rate = state.rate;
    this.bad = state.bad;
    this.cooling = state.cooling;
    this.best = state.best ?? (this.options.mode === 'max' ? -Infinity : Infinity);
  }
}
