import { targetsAs } from '../data/index.js';
import {
  balancedAccuracy,
  crossEntropies,
  meanInterval,
  sum,
  topKCorrect,
} from '../metrics/index.js';
import type { Tensor } from '../tensor/index.js';
import type { Evaluating, Evaluation, LabelledBatch } from './task.js';

/**
 * Loss, and accuracies in [0, 1] with the true class among the 1, 3 and 5 highest; `balanced`: the mean of the accuracies
 * of the classes that the images show; `superclass`: with the highest in the true class's group.
 */
export class ClassEvaluating implements Evaluating {
  private readonly parts: Uint8Array[] = [];
  private readonly labels: number[] = [];
  private readonly sums = { images: 0, loss: 0, top1: 0, top3: 0, top5: 0, superclass: 0 };

  constructor(private readonly superclassOf?: readonly number[]) {}

  add(output: Tensor, { targets, count }: LabelledBatch): void {
    const { classes: labels } = targetsAs(targets, 'class');
    const { sums, superclassOf } = this;
    const logits = output.toFloat32Array();
    const classes = logits.length / count;
    const right = (k: number): Uint8Array => topKCorrect(logits, labels, classes, k);
    const top1 = right(1);
    this.parts.push(top1);
    this.labels.push(...labels);
    sums.images += count;
    sums.loss += sum(crossEntropies(logits, labels, classes));
    sums.top1 += sum(top1);
    sums.top3 += sum(right(3));
    sums.top5 += sum(right(5));
    if (superclassOf)
      highest(logits, classes).forEach((label, i) => {
        if (superclassOf[label] === superclassOf[labels[i]]) sums.superclass++;
      });
  }

  end(): Evaluation {
    const { images, loss, top1, top3, top5, superclass } = this.sums;
    const perImage = Float64Array.from(this.parts.flatMap((part) => [...part]));
    return {
      images,
      metrics: {
        loss: loss / images,
        top1: top1 / images,
        top3: top3 / images,
        top5: top5 / images,
        balanced: balancedAccuracy(Int32Array.from(this.labels), perImage),
        ...(this.superclassOf && { superclass: superclass / images }),
      },
      epoch: { taskAccuracy: top1 / images },
      perImage,
      interval: (groupOf) => meanInterval(perImage, 'binary', 0.05, groupOf),
      kept: () => ({}),
    };
  }
}

/** Each row's index of the highest value. */
function highest(logits: Float32Array, classes: number): number[] {
  return Array.from({ length: logits.length / classes }, (_, i) => {
    const row = logits.subarray(i * classes, (i + 1) * classes);
    return row.indexOf(Math.max(...row));
  });
}
