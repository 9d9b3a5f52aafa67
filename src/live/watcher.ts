import type { SSEStreamingApi } from 'hono/streaming';

/** Milliseconds after which a connection without news gets a sign of life; whoever is gone then shows. */
const beatEvery = 15_000;

/**
 * A browser that listens. It is owed the latest content of each region of the page and no more: one that reads slowly misses what
 * was in between, and memory stays bounded by the page's size.
 */
export class Watcher {
  private readonly owed = new Map<string, string>();
  private last: string | undefined;
  private isOver = false;
  private wake = (): void => {};

  constructor(private readonly stream: Pick<SSEStreamingApi, 'writeSSE' | 'onAbort'>) {
    stream.onAbort(() => this.leave());
  }

  /** Owes it a region's new content. */
  owe(region: string, html: string): void {
    this.owed.set(region, html);
    this.wake();
  }

  /** Owes it the run's end, after which nothing follows. @param next page to go to, if any */
  end(next: string | undefined): void {
    this.last ??= JSON.stringify({ next: next ?? null });
    this.wake();
  }

  leave(): void {
    this.isOver = true;
    this.wake();
  }

  /** Writes what it is owed until the run or the connection ends. */
  async serve(): Promise<void> {
    while (!this.isOver) {
      const [entry] = this.owed;
      if (entry !== undefined) {
        const [region, html] = entry;
        this.owed.delete(region);
        // Waits for a browser that reads slowly.
        await this.stream.writeSSE({ event: 'region', data: JSON.stringify({ region, html }) });
      } else if (this.last !== undefined) {
        await this.stream.writeSSE({ event: 'end', data: this.last });
        return;
      } else if (!(await this.news())) await this.stream.writeSSE({ event: 'beat', data: '' });
    }
  }

  /** Waits for something to write. @returns false where there was nothing for long */
  private news(): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), beatEvery);
      this.wake = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }
}
