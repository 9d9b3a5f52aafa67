import { UserError, type Rng } from '../core/index.js';
import { Fpn } from './fpn.js';
import type { HeadSizes, Network, Stem } from './network.js';
import { networks } from './networks/index.js';
import type { TwoHeaded } from './two-headed.js';

export type ModelName = (typeof networks)[number]['name'];

/** The names of all networks. */
export const modelNames: readonly ModelName[] = networks.map(({ name }) => name);

/** The width where nothing is said; networks may ignore it. */
export const defaultWidth = 32;

/** What the task head gives: logits of an image, or of each of its pixels. */
export type TaskOutputs = 'image' | 'pixel';

/** A network and its sizes. Plain JSON: it stands in configurations and manifests. */
export interface ModelSpec extends HeadSizes {
  readonly name: ModelName;
  /** `pixel`: a Feature Pyramid Network on the network named. Default `image`. */
  readonly outputs?: TaskOutputs;
  /** Default `imagenet`. */
  readonly stem?: Stem;
  /** 3 for RGB (default), 1 for grey. */
  readonly channels?: number;
  /** Default `defaultWidth`. */
  readonly width?: number;
}

/**
 * Builds a network on the CPU; its weights depend on `rng` alone.
 *
 * @throws UserError `MODEL_UNKNOWN`
 */
export function buildModel(spec: ModelSpec, rng: Rng): TwoHeaded {
  const { name, outputs, stem = 'imagenet', channels = 3, width = defaultWidth } = spec;
  const { classes, labels } = spec;
  const network = networkOf(name);
  const shape = { stem, channels, width };
  const model =
    outputs === 'pixel'
      ? new Fpn(rng, { ...network.base(rng, shape), channels, classes, labels })
      : network.classifier(rng, shape, { classes, labels });
  return model.to('cpu');
}

/** The stem of a setting; `auto`: by the images' longer side. */
export function stemFor(
  name: ModelName,
  setting: Stem | 'auto',
  { height, width }: { readonly height: number; readonly width: number },
): Stem {
  if (setting !== 'auto') return setting;
  const { smallUpTo } = networkOf(name);
  return smallUpTo !== null && Math.max(height, width) <= smallUpTo ? 'small' : 'imagenet';
}

/** From this longer side on, in pixels, images are photographs: networks may start from weights trained on such. */
export const photographSide = 64;

/** The network where none is named; null: of unknown size. */
export function networkFor(
  size: { readonly height: number; readonly width: number } | null,
): ModelName {
  const isPhotograph = size !== null && Math.max(size.height, size.width) >= photographSide;
  return isPhotograph ? 'efficientnet-lite0' : 'resnet-small';
}

/** @throws UserError `MODEL_UNKNOWN` */
export function networkOf(name: string): Network {
  const network = networks.find((each) => each.name === name);
  if (network) return network;
  throw new UserError('MODEL_UNKNOWN', 'Unknown model.', {
    where: 'model',
    expected: modelNames.join(', '),
    got: name,
  });
}
