import { basename } from 'node:path';
import type { LearnConfig, SettledTraining } from '../config/index.js';
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
  WeightAverage,
  type Optimiser,
  type ParameterRule,
  type Schedule,
} from '../nn/index.js';
import { resolvePrecision, type Device, type Tensor } from '../tensor/index.js';
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
type StartSettings = ModelSettings & Pick<SettledTraining, 'pretrained'>;

/**
 * The model of a configuration as training starts from it: with weights that depend on the seed alone, or a trunk
 * from a file.
 *
 * @param onEvent is told what was taken of the file
 * @throws UserError `PRECISION_MISSING`, `WEIGHTS_*`
 */
export function freshModel(
  config: StartSettings,
  shape: Shape,
  device: Device,
  onEvent?: RunHooks['onEvent'],
): TwoHeaded {
  const start = startOf(namedModel(config.model, shape), shape);
  const model = built(config, shape);
  if (start !== undefined) {
    const { loaded, of, unused } = loadTrunk(model, start.file);
    onEvent?.({ type: 'weights', file: basename(start.file), loaded, of, unused: [...unused] });
    const { norms, frozenStages } = config.pretrained;
    model.startedFromWeights(norms === 'frozen', frozenStages);
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

/** The optimiser of a configuration, at the start of a training. */
export function freshOptimiser(
  { optimiser, pretrained }: Pick<SettledTraining, 'optimiser' | 'pretrained'>,
  model: TwoHeaded,
): Optimiser {
  const parameters = model.trainedParameters();
  const started = model.pretrained;
  const ruleOf = (_name: string, parameter: Tensor): ParameterRule => ({
    rate: started.size > 0 && !started.has(parameter) ? pretrained.headFactor : 1,
    // Biases, and factors and shifts of norms, are vectors.
    decays: optimiser.decayed === 'all' || parameter.shape.length > 1,
    waits: started.has(parameter),
  });
  if (optimiser.name === 'sgd') return new Sgd(parameters, optimiser, ruleOf);
  const { beta1, beta2, ...others } = optimiser;
  const options = { ...others, betas: [beta1, beta2] as const };
  if (optimiser.name === 'adam') return new Adam(parameters, options, ruleOf);
  return new AdamW(parameters, options, ruleOf);
}

/** Averaged weights beside those of the optimiser, where the configuration asks for them. */
export function freshAverage(
  { averaging }: Pick<SettledTraining, 'averaging'>,
  model: TwoHeaded,
): WeightAverage | undefined {
  if (averaging === null) return undefined;
  return new WeightAverage(model, { decay: averaging.decay, warmUp: averaging.warmup });
}

/** The schedule over a whole run of `steps` steps in `epochs` epochs. */
export function freshSchedule(
  config: Pick<LearnConfig, 'schedule'> & Pick<SettledTraining, 'optimiser'>,
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
