import { UserError, type Rng } from '../core/index.js';
import {
  DensenetFeatures,
  densenetVariants,
  type DensenetName,
  type Stem,
} from './densenet-features.js';
import { Densenet } from './densenet.js';
import { Fpn } from './fpn.js';
import { ResnetSmall } from './resnet-small.js';
import { ResnetSmallTrunk } from './resnet-small-trunk.js';
import type { TwoHeaded } from './two-headed.js';

export type ModelName = DensenetName | 'resnet-small';

/** Every network there is. */
export const modelNames: readonly ModelName[] = [
  ...(Object.keys(densenetVariants) as DensenetName[]),
  'resnet-small',
];

/** What the task head gives: logits of an image, or of each of its pixels. */
export type TaskOutputs = 'image' | 'pixel';

/** A network and its sizes. Plain JSON: it stands in configurations and manifests. */
export interface ModelSpec {
  readonly name: ModelName;
  /** `pixel`: a Feature Pyramid Network on the network named. Default `image`. */
  readonly outputs?: TaskOutputs;
  /** For DenseNets, and for outputs a pixel on resnet-small, whose first stride is then 2; default `imagenet`. */
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
  if (!modelNames.includes(spec.name)) throw unknown(spec.name);
  const model = spec.outputs === 'pixel' ? pyramid(spec, rng) : classifier(spec, rng);
  return model.to('cpu');
}

function classifier(spec: ModelSpec, rng: Rng): TwoHeaded {
  const { name, stem = 'imagenet', classes, labels, channels = 3, width } = spec;
  return name === 'resnet-small'
    ? new ResnetSmall(rng, { classes, labels, channels, width })
    : new Densenet(rng, { variant: name, stem, classes, labels, channels });
}

/** Widths of the papers (256, 128 and 32 groups) on DenseNets; on the small network its own width. */
function pyramid(spec: ModelSpec, rng: Rng): TwoHeaded {
  const { name, stem = 'imagenet', classes, labels, channels = 3, width = 32 } = spec;
  const shared = { classes, labels, channels };
  if (name !== 'resnet-small') {
    const trunk = new DensenetFeatures(rng, { variant: name, stem, channels });
    const sizes = { pyramid: 256, head: 128, groups: 32 };
    return new Fpn(rng, { trunk, trunkName: 'features', ...sizes, ...shared });
  }
  const stride = stem === 'imagenet' ? 2 : 1;
  const trunk = new ResnetSmallTrunk(rng, { channels, width, stride });
  const sizes = { pyramid: width, head: width, groups: greatestDivisor(width, 8) };
  return new Fpn(rng, { trunk, trunkName: 'trunk', ...sizes, ...shared });
}

/** Greatest common divisor: groups must divide the channels. */
function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

function unknown(name: string): UserError {
  return new UserError('MODEL_UNKNOWN', 'No such model.', {
    where: 'model',
    expected: modelNames.join(', '),
    got: name,
  });
}
