import { UserError } from '../core/index.js';
import type { Module } from '../nn/index.js';
import {
  noGrad,
  readSafetensors,
  scope,
  sum,
  writeSafetensors,
  type Tensor,
} from '../tensor/index.js';
import type { TwoHeaded } from './two-headed.js';

/** Writes a model's parameters and buffers as safetensors. @throws UserError `DISK_FULL`, `NO_RIGHTS` */
export function saveWeights(
  path: string,
  model: Module,
  metadata: Record<string, string> = {},
): void {
  writeSafetensors(path, model.namedState(), metadata);
}

/** What `loadWeights` left alone. */
interface LoadReport {
  readonly missing: string[];
  readonly unexpected: string[];
  readonly otherShape: string[];
}

/**
 * Copies tensors into a model's parameters and buffers of the same names.
 *
 * @param strict default true: every name and shape must be there. Otherwise what does not fit (another
 *   number of classes, say) is left as it is and reported.
 * @throws UserError `WEIGHTS_MISMATCH`
 */
export function loadWeights(
  model: Module,
  source: string | ReadonlyMap<string, Tensor>,
  { strict = true }: { readonly strict?: boolean } = {},
): LoadReport {
  return scope(() => {
    const tensors = typeof source === 'string' ? readSafetensors(source).tensors : source;
    const own = model.namedState();
    const names = [...own.keys()];
    // Name, the model's tensor, and the one given for it.
    const pairs = [...own].flatMap(([name, target]) => {
      const given = tensors.get(name);
      return given === undefined ? [] : [{ name, target, given }];
    });
    const fits = ({ target, given }: { target: Tensor; given: Tensor }) =>
      String(given.shape) === String(target.shape);
    const others = pairs.filter((pair) => !fits(pair));
    const report: LoadReport = {
      missing: names.filter((name) => !tensors.has(name)),
      unexpected: [...tensors.keys()].filter((name) => !own.has(name)),
      otherShape: others.map(({ name }) => name),
    };
    const describe = ({ name, target, given }: (typeof pairs)[number]) =>
      `${name} [${given.shape.join(',')}] for [${target.shape.join(',')}]`;
    const problems = [
      ...list('missing', report.missing),
      ...list('unexpected', report.unexpected),
      ...list('with another shape', others.map(describe)),
    ];
    if (strict && problems.length > 0)
      throw new UserError('WEIGHTS_MISMATCH', 'These weights are from another model.', {
        where: typeof source === 'string' ? source : undefined,
        expected: `the ${names.length} tensors of this model`,
        got: problems.join('; '),
        remedy: 'use the model they were saved from',
      });
    for (const pair of pairs) if (fits(pair)) pair.target.copyFrom(pair.given);
    return report;
  });
}

/** What `loadTrunk` took of a file. */
export interface TrunkReport {
  /** Tensors copied. */
  readonly loaded: number;
  /** Tensors in the file. */
  readonly of: number;
  /** Names of those that the trunk has no place for: another head's. */
  readonly unused: readonly string[];
}

/**
 * Copies the trunk's tensors alone (torchvision's or timm's ImageNet weights, or another task's model), by name; heads
 * stay as they are. Where the trunk sees grey and the weights saw colours, the first convolution's are added
 * over the colours: what it would make of grey as red, green and blue.
 *
 * @throws UserError `WEIGHTS_MISMATCH` where one of the trunk's is missing or of another shape
 */
export function loadTrunk(
  model: TwoHeaded,
  source: string | ReadonlyMap<string, Tensor>,
): TrunkReport {
  return scope(() => {
    const given = typeof source === 'string' ? readSafetensors(source).tensors : source;
    const { trunk } = model;
    const names = [...given.keys()];
    if (trunk === undefined) return { loaded: 0, of: names.length, unused: names };
    const inTrunk = new Set(trunk.namedState().values());
    const own = new Map([...model.namedState()].filter(([, tensor]) => inTrunk.has(tensor)));
    const tensors = new Map(
      [...given].map(([name, tensor]) => {
        const present = trunk.presentName(name);
        return [present, greyed(tensor, own.get(present))] as const;
      }),
    );
    for (const [name, target] of own) {
      const tensor = tensors.get(name);
      // Files made before PyTorch 0.4.1 have no counters; a trunk starts at its own then.
      if (tensor === undefined && name.endsWith('num_batches_tracked')) continue;
      if (String(tensor?.shape) !== String(target.shape))
        throw new UserError('WEIGHTS_MISMATCH', 'These weights are from another trunk.', {
          where: typeof source === 'string' ? source : undefined,
          expected: `${name} [${target.shape.join(',')}]`,
          got: tensor === undefined ? `no ${name}` : `[${tensor.shape.join(',')}]`,
          remedy: 'use the model they were saved from',
        });
    }
    let loaded = 0;
    for (const [name, target] of own) {
      const tensor = tensors.get(name);
      if (tensor === undefined) continue;
      target.copyFrom(tensor);
      loaded++;
    }
    const unused = names.filter((name) => !own.has(trunk.presentName(name)));
    return { loaded, of: names.length, unused };
  });
}

/** A convolution of red, green and blue `[K,3,h,w]` for one of grey `[K,1,h,w]`; other tensors as they are. */
function greyed(tensor: Tensor, target: Tensor | undefined): Tensor {
  const [, colours] = tensor.shape;
  const isFirst = target?.shape.length === 4 && target.shape[1] === 1 && colours === 3;
  return isFirst ? noGrad(() => sum(tensor, [1], true)) : tensor;
}

function list(what: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const shown = names.slice(0, 3).join(', ');
  return [`${what}: ${shown}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`];
}
