import { InternalError, UserError, type Problem } from '../../core/index.js';
import type { OriginalsHandle } from '../originals.js';
import type { PixelStoreHandle } from '../pixel-store.js';
import type { TargetsHandle } from '../targets.js';
import type { EpochPlan } from './plan.js';
import type { RingHandle } from './ring.js';

/** Given to a worker at its start. */
export interface WorkerSetup {
  readonly store: PixelStoreHandle;
  readonly targets: TargetsHandle;
  readonly originals?: OriginalsHandle;
}

/** To a worker: make batches of this epoch until none is left. */
export interface Job {
  readonly id: number;
  readonly plan: EpochPlan;
  readonly ring: RingHandle;
}

/** From a worker. `ready` and `failed` name a batch; `idle` ends its part in the job. */
export type Report =
  | { readonly type: 'ready'; readonly id: number; readonly batch: number }
  | {
      readonly type: 'failed';
      readonly id: number;
      readonly batch: number;
      readonly error: PackedError;
    }
  | { readonly type: 'idle'; readonly id: number };

/** An error as plain data: structured cloning would keep the message but lose class and fields. */
export interface PackedError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly user?: { code: string; summary: string; problem: Problem };
}

export function packError(error: unknown): PackedError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message, stack } = error;
  if (!(error instanceof UserError)) return { name, message, stack };
  const { code, summary, problem } = error;
  return { name, message, stack, user: { code, summary, problem } };
}

export function unpackError(packed: PackedError): Error {
  let error: Error;
  if (packed.user) {
    error = new UserError(packed.user.code, packed.user.summary, packed.user.problem);
  } else if (packed.name === 'InternalError') {
    error = new InternalError(packed.message);
  } else {
    error = new Error(packed.message);
    error.name = packed.name;
  }
  if (packed.stack !== undefined) error.stack = packed.stack;
  return error;
}
