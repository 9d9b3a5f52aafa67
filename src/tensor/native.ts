import { createRequire } from 'node:module';
import { UserError } from '../core/index.js';
import { chooseBlasKernels } from './blas.js';
import { chooseSpins } from './spins.js';
import { chooseEngine, type ChosenEngine } from './engine/choose-engine.js';
import { buildCommand, mendPackageCommand } from './engine/engine-commands.js';
import { TensorError } from './error.js';

/** A tensor as the addon knows it: a number that is worth nothing once it has been freed. */
export type Handle = number;

type Value =
  Handle | number | boolean | string | null | undefined | ArrayBufferView | readonly Value[];

/** The addon's functions; what they take and give is checked there (native/src). */
export type Native = Record<string, (...args: Value[]) => unknown>;

/** What the addon was built with, and why cards cannot be used: empty where they can. */
interface Loaded extends ChosenEngine {
  readonly native: Native;
  readonly cudaProblem: string;
}

let loaded: Loaded | undefined;

/** The addon, loaded at its first use. @throws UserError `ENGINE_MISSING`, `ENGINE_VERSION`, `ENGINE_BROKEN` */
export function engine(): Loaded {
  return (loaded ??= load());
}

/** Calls one of the addon's operators; its errors become `TensorError`s. */
export function call<T = Handle>(operator: string, ...args: Value[]): T {
  const { native } = loaded ?? engine();
  try {
    return native[operator](...args) as T;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const name = publicNames[operator];
    throw new TensorError(
      name ?? operator,
      name === undefined ? message.replace(`${operator}: `, '') : message,
      undefined,
      { cause: error },
    );
  }
}

/** Operators that programs know by another name. */
const publicNames: Readonly<Record<string, string>> = {
  gtScalar: 'greater',
  ltScalar: 'less',
  maxDim: 'maxWithIndex',
  upsampleBilinear: 'interpolate',
  upsampleNearest: 'interpolate',
  leaf: 'moveParameter',
  sgd: 'sgdStep',
  adam: 'adamStep',
};

function load(): Loaded {
  const chosen = chooseEngine();
  const { origin, stamp, file } = chosen;
  chooseSpins();
  chooseBlasKernels();
  try {
    const native = createRequire(import.meta.url)(file) as Native;
    // Before anything else: the first question about cards settles for good whether there are any.
    const cudaProblem = stamp.cudaLibrary
      ? (native.loadCuda(stamp.cudaLibrary) as string)
      : 'this libtorch was built without CUDA';
    return { ...chosen, native, cudaProblem };
  } catch (error) {
    throw new UserError(
      'ENGINE_BROKEN',
      'The engine cannot be loaded.',
      {
        where: file,
        expected: `libtorch ${stamp.version} in ${stamp.root}`,
        got: error instanceof Error ? error.message : String(error),
        remedy: origin === 'package' ? mendPackageCommand(file, stamp.glibc) : buildCommand(),
      },
      { cause: error },
    );
  }
}
