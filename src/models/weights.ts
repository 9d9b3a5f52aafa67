import { UserError } from '../core/index.js';
import type { Module } from '../nn/index.js';
import { readSafetensors, scope, writeSafetensors, type Tensor } from '../tensor/index.js';
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

/**
 * Copies the trunk's tensors alone (torchvision's ImageNet weights, or another task's model), by name; heads
 * stay as they are.
 *
 * @returns the number of tensors copied
 * @throws UserError `WEIGHTS_MISMATCH` where one of the trunk's is missing or has another shape
 */
export function loadTrunk(model: TwoHeaded, source: string | ReadonlyMap<string, Tensor>): number {
  return scope(() => {
    const given = typeof source === 'string' ? readSafetensors(source).tensors : source;
    const { trunk } = model;
    if (trunk === undefined) return 0;
    const tensors = new Map([...given].map(([name, tensor]) => [trunk.presentName(name), tensor]));
    const inTrunk = new Set(trunk.namedState().values());
    const own = [...model.namedState()].filter(([, tensor]) => inTrunk.has(tensor));
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
    for (const [name, target] of own) {
      const tensor = tensors.get(name);
      if (tensor) target.copyFrom(tensor);
    }
    return own.length;
  });
}

function list(what: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const shown = names.slice(0, 3).join(', ');
  return [`${what}: ${shown}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`];
}
