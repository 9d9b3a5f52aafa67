import { narrow, noGrad, scope, writeSafetensors, type Tensor } from '../tensor/index.js';
import type { TwoHeaded, TwoHeadedOutput } from './two-headed.js';

/**
 * One of several task heads: rows of the classifier, which for this purpose is as wide as all of them
 * together. Linear layers side by side are one layer with more outputs.
 */
export interface TaskRange {
  /** Its first class among those of all heads. */
  readonly start: number;
  readonly classes: number;
}

/** Task heads for these numbers of classes, one after the other. */
export function taskRanges(classes: readonly number[]): TaskRange[] {
  let start = 0;
  return classes.map((count) => {
    const range = { start, classes: count };
    start += count;
    return range;
  });
}

/** What one task head says, beside the recognition head. */
export function headOf({ task, labels }: TwoHeadedOutput, head: TaskRange): TwoHeadedOutput {
  return { task: narrow(task, 1, head.start, head.classes), labels };
}

/** A network of several task heads as that of one. */
export function withHead(model: TwoHeaded, head: TaskRange): Pick<TwoHeaded, 'forward'> {
  return { forward: (x) => headOf(model.forward(x), head) };
}

/** Writes the network with this task head alone, as the weights of an ordinary one. */
export function saveWithHead(
  path: string,
  model: TwoHeaded,
  head: TaskRange,
  metadata: Record<string, string> = {},
): void {
  const ofClassifier = new Set(model.classifier.namedState().values());
  const write = (): void => {
    const own = ([name, tensor]: [string, Tensor]): [string, Tensor] => [
      name,
      ofClassifier.has(tensor) ? narrow(tensor, 0, head.start, head.classes) : tensor,
    ];
    writeSafetensors(path, new Map([...model.namedState()].map(own)), metadata);
  };
  noGrad(() => scope(write));
}
