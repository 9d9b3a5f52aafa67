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
export interface LoadReport {
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
    const fits = (name: string) =>
      String(tensors.get(name)!.shape) === String(own.get(name)!.shape);
    const present = names.filter((name) => tensors.has(name));
    const report: LoadReport = {
      missing: names.filter((name) => !tensors.has(name)),
      unexpected: [...tensors.keys()].filter((name) => !own.has(name)),
      otherShape: present.filter((name) => !fits(name)),
    };
    const describe = (name: string) =>
      `${name} [${tensors.get(name)!.shape.join(',')}] for [${own.get(name)!.shape.join(',')}]`;
    const problems = [
      ...list('missing', report.missing),
      ...list('unexpected', report.unexpected),
      ...list('of another shape', report.otherShape.map(describe)),
    ];
    if (strict && problems.length > 0)
      throw new UserError('WEIGHTS_MISMATCH', 'These weights belong to another model.', {
        where: typeof source === 'string' ? source : undefined,
        expected: `the ${names.length} tensors of this model`,
        got: problems.join('; '),
        remedy: 'choose the model they were made with',
      });
    for (const name of present) if (fits(name)) own.get(name)!.copyFrom(tensors.get(name)!);
    return report;
  });
}

/**
 * Copies the trunk's tensors alone (torchvision's ImageNet weights, or another task's model), by name; heads
 * stay as they are.
 *
 * @returns the number of tensors copied
 * @throws UserError `WEIGHTS_MISMATCH` where one of the trunk's is missing or of another shape
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
        throw new UserError('WEIGHTS_MISMATCH', 'These weights belong to another trunk.', {
          where: typeof source === 'string' ? source : undefined,
          expected: `${name} [${target.shape.join(',')}]`,
          got: tensor === undefined ? `no ${name}` : `[${tensor.shape.join(',')}]`,
          remedy: 'choose the model they were made with',
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
