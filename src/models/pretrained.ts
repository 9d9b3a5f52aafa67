import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { packageRoot, shellWord, UserError } from '../core/index.js';
import { readSafetensors, scope } from '../tensor/index.js';
import { networkOf, photographSide, type ModelName } from './build.js';
import type { Pretraining } from './network.js';

/** Settings that name no file: what comes with the package where it suits, or a start from scratch. */
const unnamed = ['auto', 'none'] as const;

/** What a network starts from. */
export interface Start {
  /** A safetensors file. */
  readonly file: string;
  /** What its input must be normalised with; undefined: by figures of the data. */
  readonly normalisation: Pretraining['normalisation'] | undefined;
}

/** The file that the setting `weights` names; undefined where it names none. */
export function namedFile(weights: string): string | undefined {
  return unnamed.some((word) => word === weights) ? undefined : weights;
}

/**
 * What a network starts from by the setting `weights`: `auto`, `none` or a file.
 *
 * @param channels of the images; grey ones are normalised by the mean of the three figures
 * @returns undefined: from scratch
 * @throws UserError `WEIGHTS_FORMAT`, `WEIGHTS_MISSING`, `WEIGHTS_DAMAGED`
 */
export function startOf(
  { name, weights }: { readonly name: ModelName; readonly weights: string },
  { height, width, channels }: { readonly height: number; width: number; channels: number },
): Start | undefined {
  const { pretraining } = networkOf(name);
  const named = namedFile(weights);
  const suits = weights === 'auto' && Math.max(height, width) >= photographSide;
  const shipped = suits && pretraining?.shipped;
  const file = named ?? (shipped ? join(packageRoot(), 'weights', shipped) : undefined);
  if (file === undefined) return undefined;
  requireSafetensors(file);
  if (pretraining === null) return { file, normalisation: undefined };
  const { mean, std } = (named && ownNormalisation(named)) || pretraining.normalisation;
  const fitted = (figures: readonly number[]): readonly number[] =>
    channels === figures.length
      ? figures
      : new Array<number>(channels).fill(figures.reduce((sum, f) => sum + f, 0) / figures.length);
  return { file, normalisation: { mean: fitted(mean), std: fitted(std) } };
}

/** Files that PyTorch writes: pickled programs, which are not read here. */
const pickled = /\.(pth|pt|bin|ckpt)$/i;

/**
 * Refuses what is no safetensors file by its name, with the line that makes one of it.
 *
 * @throws UserError `WEIGHTS_FORMAT`
 */
export function requireSafetensors(file: string): void {
  if (!pickled.test(file)) return;
  const made = `${basename(file).replace(pickled, '')}.safetensors`;
  const code = [
    'import torch, safetensors.torch as s',
    `w = torch.load(${JSON.stringify(file)}, map_location="cpu", weights_only=True)`,
    `s.save_file({k: v.contiguous() for k, v in w.get("state_dict", w).items()}, ${JSON.stringify(made)})`,
  ].join('; ');
  throw new UserError('WEIGHTS_FORMAT', 'Weights are read from safetensors files only.', {
    where: file,
    expected: 'a file such as weights.safetensors',
    got: 'the name of a file of PyTorch’s',
    remedy: `convert it: python3 -c ${shellWord(code)}`,
  });
}

/** What a network of this program's was trained with, which `export` writes beside its weights. */
function ownNormalisation(file: string): Pretraining['normalisation'] | undefined {
  if (!existsSync(file)) return undefined; // named when it is read
  const { mean, std } = scope(() => readSafetensors(file).metadata);
  if (mean === undefined || std === undefined) return undefined;
  try {
    const [means, deviations]: unknown[] = [JSON.parse(mean), JSON.parse(std)];
    if (areFigures(means) && areFigures(deviations) && deviations.every((value) => value > 0))
      return { mean: means, std: deviations };
  } catch {
    // Another program's words under these names.
  }
  return undefined;
}

function areFigures(value: unknown): value is number[] {
  return Array.isArray(value) && value.length > 0 && value.every((each) => Number.isFinite(each));
}
