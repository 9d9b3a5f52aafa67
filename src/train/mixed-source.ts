import type { BatchSource, BatchStream } from './objective.js';

/** A batch of images from several sources. */
export interface MixedBatch<B> {
  /** One batch of each source, in their order. */
  readonly parts: readonly B[];
  /** Images in all of them. */
  readonly count: number;
}

/** Where one part of every batch comes from. */
export interface Portions<B> {
  /** Images in a portion. */
  readonly images: number;
  /** Portions in a pass over the source. */
  readonly perPass: number;
  pass(number: number): BatchStream<B>;
}

/**
 * Batches made of a portion of every source.
 *
 * An epoch has `batches` of them whatever the sources hold: a source with fewer portions begins a pass
 * anew, one with more leaves the rest of its pass, which the next pass draws from again.
 */
export class MixedSource<B> implements BatchSource<MixedBatch<B>> {
  readonly images: number;
  private readonly count: number;

  constructor(
    private readonly sources: readonly Portions<B>[],
    readonly batches: number,
  ) {
    this.count = sources.reduce((sum, source) => sum + source.images, 0);
    this.images = batches * this.count;
  }

  epoch(epoch: number): BatchStream<MixedBatch<B>> {
    const streams = this.sources.map((source) => portionsOf(source, epoch, this.batches));
    const { batches, count } = this;
    return {
      waited: () => streams.reduce((sum, stream) => sum + stream.waited(), 0),
      async *[Symbol.asyncIterator]() {
        const all = streams.map((stream) => stream[Symbol.asyncIterator]());
        try {
          for (let batch = 0; batch < batches; batch++) {
            const parts: B[] = [];
            for (const portions of all) parts.push((await portions.next()).value as B);
            yield { parts, count };
          }
        } finally {
          for (const portions of all) await portions.return?.();
        }
      },
    };
  }
}

/** As many portions as an epoch has batches, from as many passes as that takes. */
function portionsOf<B>(source: Portions<B>, epoch: number, batches: number): BatchStream<B> {
  const passes = Math.ceil(batches / source.perPass);
  const begun: BatchStream<B>[] = [];
  return {
    waited: () => begun.reduce((sum, stream) => sum + stream.waited(), 0),
    async *[Symbol.asyncIterator]() {
      for (let p = 0; p < passes; p++) {
        const stream = source.pass(epoch * passes + p);
        begun.push(stream);
        yield* stream;
      }
    },
  };
}
