import type { LearnConfig } from '../config/index.js';
import { Rng } from '../core/index.js';
import {
  buildModel,
  loadTrunk,
  stemFor,
  type TaskOutputs,
  type TwoHeaded,
} from '../models/index.js';
import {
  Adam,
  AdamW,
  Constant,
  Cosine,
  OneCycle,
  ReduceOnPlateau,
  Sgd,
  type Module,
  type Optimiser,
  type Schedule,
} from '../nn/index.js';
import { resolvePrecision, type Device } from '../tensor/index.js';

/** What a model needs to know of the data. */
export interface Shape {
  readonly outputs: TaskOutputs;
  readonly classes: number;
  readonly labels: number;
  readonly channels: 1 | 3;
  readonly height: number;
  readonly width: number;
}

/**
 * The model of a configuration with fresh weights, which depend on the seed alone.
 *
 * @throws UserError `PRECISION_MISSING`
 */
export function freshModel(
  config: Pick<LearnConfig, 'model' | 'seed' | 'precision'>,
  shape: Shape,
  device: Device,
): TwoHeaded {
  const { name, stem, width, weights } = config.model;
  const model = buildModel(
    {
      name,
      stem: stemFor(name, stem, shape),
      width,
      outputs: shape.outputs,
      classes: shape.classes,
      labels: shape.labels,
      channels: shape.channels,
    },
    new Rng(config.seed, 'weights'),
  );
  if (weights !== null) loadTrunk(model, weights);
  model.to(device);
  return model.setPrecision(resolvePrecision(config.precision, device));
}

export function freshOptimiser(config: Pick<LearnConfig, 'optimiser'>, model: Module): Optimiser {
  const parameters = model.namedParameters();
  const { optimiser } = config;
  if (optimiser.name === 'sgd') return new Sgd(parameters, optimiser);
  if (optimiser.name === 'adam') return new Adam(parameters, optimiser);
  return new AdamW(parameters, optimiser);
}

/** The schedule over a whole run of `steps` steps in `epochs` epochs. */
export function freshSchedule(
  config: Pick<LearnConfig, 'optimiser' | 'schedule'>,
  steps: number,
  epochs: number,
): Schedule {
  const { schedule } = config;
  const { lr } = config.optimiser;
  switch (schedule.name) {
    case 'onecycle': {
      const { warmup: rise, startDivide: startDivisor, endDivide } = schedule;
      return new OneCycle({ lr, steps, rise, startDivisor, endDivisor: endDivide / startDivisor });
    }
    case 'cosine': {
      const warmUp = Math.round((schedule.warmupEpochs * steps) / epochs);
      return new Cosine({ lr, steps, warmUp, minimum: schedule.minLr });
    }
    case 'plateau': {
      const { factor, patience, minLr: minimum } = schedule;
      return new ReduceOnPlateau({ lr, factor, patience, minimum });
    }
    case 'constant':
      return new Constant(lr);
  }
}
