import { basename } from 'node:path';
import type { LearnConfig } from '../config/index.js';
import { Rng } from '../core/index.js';
import {
  buildModel,
  loadTrunk,
  startOf,
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
import type { RunHooks } from './files/index.js';
import { namedModel } from './settle-images.js';

/** What a model needs to know of the data. */
export interface Shape {
  readonly outputs: TaskOutputs;
  readonly classes: number;
  readonly labels: number;
  readonly channels: 1 | 3;
  readonly height: number;
  readonly width: number;
}

type ModelSettings = Pick<LearnConfig, 'model' | 'seed' | 'precision'>;

/**
 * The model of a configuration as training starts from it: with weights that depend on the seed alone, or a trunk
 * from a file.
 *
 * @param onEvent is told what was taken of the file
 * @throws UserError `PRECISION_MISSING`, `WEIGHTS_*`
 */
export function freshModel(
  config: ModelSettings,
  shape: Shape,
  device: Device,
  onEvent?: RunHooks['onEvent'],
): TwoHeaded {
  const start = startOf(namedModel(config.model, shape), shape);
  const model = built(config, shape);
  if (start !== undefined) {
    const { loaded, of, unused } = loadTrunk(model, start.file);
    onEvent?.({ type: 'weights', file: basename(start.file), loaded, of, unused: [...unused] });
  }
  return placed(model, config, device);
}

/**
 * The model of a configuration for weights of a run to be read into.
 *
 * @throws UserError `PRECISION_MISSING`
 */
export function emptyModel(config: ModelSettings, shape: Shape, device: Device): TwoHeaded {
  return placed(built(config, shape), config, device);
}

function placed(
  model: TwoHeaded,
  { precision }: Pick<ModelSettings, 'precision'>,
  device: Device,
): TwoHeaded {
  model.to(device);
  return model.setPrecision(resolvePrecision(precision, device));
}

function built({ model, seed }: ModelSettings, shape: Shape): TwoHeaded {
  const { name, stem, width } = namedModel(model, shape);
  return buildModel(
    {
      name,
      stem: stemFor(name, stem, shape),
      width,
      outputs: shape.outputs,
      classes: shape.classes,
      labels: shape.labels,
      channels: shape.channels,
    },
    new Rng(seed, 'weights'),
  );
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
