import { crossEntropies, mean, topKCorrect } from '../metrics/index.js';
import { crossEntropy, fromInt64, type Device, type Tensor } from '../tensor/index.js';
import type { HeadLoss, HeadScores, TaskHead } from './task-head.js';

/** A class an image: softmax cross-entropy over the classes (thesis, equation 3.3), scored by right answers. */
export class ClassificationHead<
  B extends { readonly count: number; readonly labels: Int32Array },
> implements TaskHead<B> {
  constructor(private readonly device: Device) {}

  /** @param logits `[B,classes]` */
  loss(logits: Tensor, { labels, count }: B): HeadLoss {
    const loss = crossEntropy(logits, fromInt64(labels, [count], this.device));
    const right = topKCorrect(logits.toFloat32Array(), labels, logits.shape[1]);
    return { loss, parts: { taskAccuracy: mean(right) } };
  }

  score(logits: Tensor, { labels }: B): HeadScores {
    const values = logits.toFloat32Array();
    const classes = logits.shape[1];
    return {
      correct: Float64Array.from(topKCorrect(values, labels, classes)),
      losses: crossEntropies(values, labels, classes),
      classes: labels.slice(),
    };
  }
}
