import { clone, fromInt64, fromUint8, scope, spreadTensors, type Tensor } from '../tensor/index.js';
import {
  checkpointsIn,
  positionText,
  readPosition,
  type Checkpointed,
  type CheckpointStore,
} from './checkpoint.js';
import type { ProcessCount } from './together.js';

/**
 * The checkpoints of a training in several processes: process 0 alone has a folder. All start from what process 0 has, be it
 * the latest state or fresh weights.
 *
 * @param folder of process 0
 * @param resume whether process 0 goes on from its latest state
 */
export function sharedCheckpoints(
  parts: Checkpointed,
  { rank }: ProcessCount,
  folder: string,
  resume: boolean,
): CheckpointStore {
  const own = rank === 0 ? checkpointsIn(folder, parts) : undefined;
  return {
    saveLatest: (position) => own?.saveLatest(position),
    loadLatest() {
      const position = (resume && own?.loadLatest()) || null;
      const text = spreadText(position === null ? '' : positionText(position, parts.schedule));
      return scope(() => {
        spreadTensors([...parts.model.namedState().values()]);
        if (text === '') return null;
        // Copies: to ask for the state again, as `loadState` does, writes its counters anew.
        const momenta = copiesOf(parts.optimiser.state());
        const averaged = copiesOf(parts.average?.state() ?? new Map<string, Tensor>());
        spreadTensors([...momenta.values(), ...averaged.values()]);
        if (rank === 0) return position;
        parts.optimiser.loadState(momenta);
        parts.average?.loadState(averaged);
        return readPosition(text, 'process 0', parts.schedule);
      });
    },
    saveKept: () => own?.saveKept(),
    saveQuarter: () => own?.saveQuarter(),
    shareQuarter: (share) => own?.shareQuarter(share),
    // The others are done.
    loadKept: () => own?.loadKept(),
  };
}

function copiesOf(tensors: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
  return new Map([...tensors].map(([name, tensor]) => [name, clone(tensor)]));
}

/** Process 0's text in all processes. */
function spreadText(text: string): string {
  return scope(() => {
    const bytes = Buffer.from(text);
    const length = fromInt64([bytes.length], [1]);
    spreadTensors([length]);
    const count = length.item();
    if (count === 0) return '';
    const content = fromUint8(bytes.length === count ? bytes : new Uint8Array(count), [count]);
    spreadTensors([content]);
    return Buffer.from(content.toUint8Array()).toString();
  });
}
