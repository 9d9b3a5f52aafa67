import { InternalError } from '../../core/index.js';
import type { Size } from '../../image/image.js';
import { viewTargets, type TargetKind } from '../targets.js';
import type { Batch } from './plan.js';

/** Words of the control block; one state word a slot follows. */
const nextWord = 0;
const takenWord = 1;
const stopWord = 2;
const firstState = 3;
/** Words a slot has for its batch's number of images, width and height. */
const shapeWords = 3;

/** What travels to a worker thread. */
export interface RingHandle {
  readonly slots: number;
  /** Room in a slot: images, bytes an image, labels an image. */
  readonly batch: number;
  readonly imageBytes: number;
  readonly labels: number;
  /** What is learned of an image, and the bytes that takes. */
  readonly target: TargetRoom;
  /** int32: three words and one for each slot. */
  readonly control: SharedArrayBuffer;
  /** int32 `[slots, 3]`. */
  readonly shapes: SharedArrayBuffer;
  /** uint8 `[slots, batch, imageBytes]`; the other arrays likewise a value or a row for each image of a slot. */
  readonly pixels: SharedArrayBuffer;
  readonly applied: SharedArrayBuffer;
  readonly indices: SharedArrayBuffer;
  readonly targets: SharedArrayBuffer;
}

/** Room for the targets of images. */
export interface TargetRoom {
  readonly kind: TargetKind;
  /** Bytes an image. */
  readonly bytes: number;
}

/**
 * A ring of batch-sized slots in shared memory. Batch `b` lives in slot `b % slots`.
 *
 * `control[nextWord]` counts batches that workers have claimed, `control[takenWord]` those that the consumer
 * is done with; a slot's state is `b + 1` once batch `b` is ready and `-(b + 1)` if it has failed.
 * Workers sleep on takenWord, so no message and no turn of the consumer's event loop is needed to keep
 * them busy while the consumer computes.
 */
export class Ring {
  readonly control: Int32Array;
  private readonly shapes: Int32Array;

  constructor(readonly handle: RingHandle) {
    this.control = new Int32Array(handle.control);
    this.shapes = new Int32Array(handle.shapes);
  }

  static allocate(
    slots: number,
    batch: number,
    imageBytes: number,
    labels: number,
    target: TargetRoom,
  ): Ring {
    const shared = (bytes: number): SharedArrayBuffer => new SharedArrayBuffer(slots * bytes);
    return new Ring({
      slots,
      batch,
      imageBytes,
      labels,
      target,
      control: new SharedArrayBuffer(4 * (firstState + slots)),
      shapes: shared(4 * shapeWords),
      pixels: shared(batch * imageBytes),
      applied: shared(batch * labels),
      indices: shared(4 * batch),
      targets: shared(batch * target.bytes),
    });
  }

  /** Whether an epoch of these sizes can use this ring. */
  fits(slots: number, batch: number, imageBytes: number, labels: number): boolean {
    const { handle } = this;
    return (
      handle.slots === slots &&
      handle.batch >= batch &&
      handle.imageBytes >= imageBytes &&
      handle.labels >= labels
    );
  }

  /** Empty slots, nothing claimed. Only while no worker is at work. */
  reset(): void {
    this.control.fill(0);
  }

  /** Arrays to write batch `b` into: the whole slot's pixels and targets, the rest exactly `count` long. */
  writable(b: number, count: number, labels: number): WritableSlot {
    const { handle } = this;
    const slot = b % handle.slots;
    if (count > handle.batch || labels > handle.labels)
      throw new InternalError(`Ring: a batch of ${count} images and ${labels} labels does not fit`);
    return {
      pixels: new Uint8Array(
        handle.pixels,
        slot * handle.batch * handle.imageBytes,
        handle.batch * handle.imageBytes,
      ),
      applied: new Uint8Array(handle.applied, slot * handle.batch * handle.labels, count * labels),
      indices: new Uint32Array(handle.indices, 4 * slot * handle.batch, count),
      targets: new Uint8Array(
        handle.targets,
        slot * handle.batch * handle.target.bytes,
        handle.batch * handle.target.bytes,
      ),
    };
  }

  /** What the consumer cannot know: images of the last batch, and sides with `restore: 'none'`. */
  setShape(b: number, count: number, size: Size): void {
    this.shapes.set([count, size.width, size.height], shapeWords * (b % this.handle.slots));
  }

  /** Batch `b` as the consumer sees it: views into its slot. */
  batch(b: number, labels: number, channels: 1 | 3): Batch {
    const at = shapeWords * (b % this.handle.slots);
    const [count, width, height] = this.shapes.subarray(at, at + shapeWords);
    const slot = this.writable(b, count, labels);
    const size = { width, height };
    const { kind, bytes: each } = this.handle.target;
    return {
      number: b,
      count,
      size,
      channels,
      images: slot.pixels.subarray(0, count * height * width * channels),
      targets: viewTargets(kind, slot.targets, { count, each, size }),
      applied: slot.applied,
      indices: slot.indices,
    };
  }

  /** Called by the worker that made (or failed to make) batch `b`. */
  publish(b: number, ok: boolean): void {
    Atomics.store(this.control, firstState + (b % this.handle.slots), ok ? b + 1 : -(b + 1));
  }

  /** A state of another batch, from a turn of the ring before, means that `b` is still to come. */
  stateOf(b: number): 'pending' | 'ready' | 'failed' {
    const state = Atomics.load(this.control, firstState + (b % this.handle.slots));
    return state === b + 1 ? 'ready' : state === -(b + 1) ? 'failed' : 'pending';
  }

  /** The consumer is done with the oldest batch: its slot is free. */
  release(): void {
    Atomics.add(this.control, takenWord, 1);
    Atomics.notify(this.control, takenWord);
  }

  /** Makes every worker leave the epoch soon. */
  stop(): void {
    Atomics.store(this.control, stopWord, 1);
    // Another value, so that a worker about to sleep on the old one does not.
    Atomics.add(this.control, takenWord, 1 << 24);
    Atomics.notify(this.control, takenWord);
  }

  get stopped(): boolean {
    return Atomics.load(this.control, stopWord) !== 0;
  }

  /** Claims the next batch and waits for its slot; undefined when there is none or on `stop`. */
  claim(batches: number): number | undefined {
    const b = Atomics.add(this.control, nextWord, 1);
    if (b >= batches) return undefined;
    for (;;) {
      const taken = Atomics.load(this.control, takenWord);
      if (this.stopped) return undefined;
      // Batch b - slots, which had this slot before, has been given back.
      if (b < taken + this.handle.slots) return b;
      Atomics.wait(this.control, takenWord, taken);
    }
  }
}

export interface WritableSlot {
  readonly pixels: Uint8Array;
  readonly applied: Uint8Array;
  readonly indices: Uint32Array;
  readonly targets: Uint8Array;
}
