import { UserError, type Rng } from '../core/index.js';
import { Densenet, densenetVariants, type DensenetName, type Stem } from './densenet.js';
import { ResnetSmall } from './resnet-small.js';
import type { TwoHeaded } from './two-headed.js';

export type ModelName = DensenetName | 'resnet-small';

/** Every network there is. */
export const modelNames: readonly ModelName[] = [
  ...(Object.keys(densenetVariants) as DensenetName[]),
  'resnet-small',
];

/** A network and its sizes. Plain JSON: it stands in configurations and manifests. */
export interface ModelSpec {
  readonly name: ModelName;
  /** For DenseNets; default `imagenet`. */
  readonly stem?: Stem;
  readonly classes: number;
  /** Size of the recognition head; 0: none. */
  readonly labels: number;
  /** 3 for RGB (default), 1 for grey. */
  readonly channels?: number;
  /** For resnet-small: channels of the first stage; default 32. */
  readonly width?: number;
}

/**
 * Builds a network on the CPU; its weights depend on `rng` alone.
 *
 * @throws UserError `MODEL_UNKNOWN`
 */
export function buildModel(spec: ModelSpec, rng: Rng): TwoHeaded {
  const { name, stem = 'imagenet', classes, labels, channels = 3, width } = spec;
  const model = Object.hasOwn(densenetVariants, name)
    ? new Densenet(rng, { variant: name as DensenetName, stem, classes, labels, channels })
    : name === 'resnet-small'
      ? new ResnetSmall(rng, { classes, labels, channels, width })
      : unknown(name);
  return model.to('cpu');
}

function unknown(name: string): never {
  throw new UserError('MODEL_UNKNOWN', 'No such model.', {
    where: 'model',
    expected: modelNames.join(', '),
    got: name,
  });
}
