import { UserError } from '../core/index.js';
import { itemLater, synchronise, type Device } from '../tensor/index.js';
import type { BatchLoss } from './objective.js';
import { addFigures, type Sums } from './running-mean.js';
import type { StepMeans } from './together.js';

interface StepName {
  readonly where: string;
  /** Learning rate of the step. */
  readonly lr: number;
}

/**
 * The losses of an epoch on their way into its sums.
 *
 * On the CPU each is read as soon as it is there. A card would be waited for, and have nothing to do until the next step
 * has been prepared: there, some are read together.
 */
export class Losses {
  /** The last that has been read. */
  last = NaN;
  private readonly waiting: (StepName & Omit<BatchLoss, 'total'> & { value(): number })[] = [];
  private device: Device = 'cpu';
  private together = 1;

  constructor(private readonly sums: Sums) {}

  /** @throws UserError `LOSS_NOT_FINITE` with step and learning rate */
  add({ total, images, figures }: BatchLoss, name: StepName): void {
    this.device = total.device;
    this.waiting.push({ value: itemLater(total), images, figures, ...name });
    if (this.device === 'cpu' || this.waiting.length === this.together) this.readAll();
  }

  /** A step of several processes, whose figures are numbers already. @throws UserError `LOSS_NOT_FINITE` in all of them */
  addMeans(means: StepMeans, name: StepName): void {
    this.enter(means, name);
  }

  /** @throws UserError `LOSS_NOT_FINITE` */
  readAll(): void {
    if (this.waiting.length === 0) return;
    synchronise(this.device);
    // The first alone: an epoch shows a loss from its beginning.
    this.together = mostWaiting;
    for (const { value, images, figures, ...name } of this.waiting.splice(0)) {
      const loss = value();
      this.enter({ images, loss, figures: Number.isFinite(loss) ? figures() : {} }, name);
    }
  }

  private enter({ images, loss, figures }: StepMeans, { where, lr }: StepName): void {
    if (!Number.isFinite(loss)) throw notFinite(where, loss, lr);
    addFigures(this.sums, images, { loss, ...figures });
    this.last = loss;
  }
}

/** Steps on a card between two readings of losses. */
const mostWaiting = 16;

function notFinite(where: string, loss: number, lr: number): UserError {
  return new UserError('LOSS_NOT_FINITE', 'The training loss is not finite.', {
    where,
    got: `loss ${loss} at learning rate ${lr.toPrecision(3)}`,
    remedy: `lower the learning rate, e.g. --lr ${(lr / 10).toPrecision(1)}, and start again with --overwrite`,
  });
}
