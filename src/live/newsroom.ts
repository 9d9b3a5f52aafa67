import type { SSEStreamingApi } from 'hono/streaming';
import type { Markup } from '../report/html.js';
import { Watcher } from './watcher.js';

/** Milliseconds without a request after which every page that wanted the report has it. */
const stillFor = 700;
/** And at most, once the run has ended. */
const longestWait = 6000;
const lookEvery = 50;

/** Tells all browsers that listen what has changed on the page. */
export class Newsroom {
  private readonly listening = new Set<Watcher>();
  /** What each region shows. */
  private readonly shown = new Map<string, string>();
  private lastRequest = 0;
  private ended: { readonly next: string | undefined } | undefined;

  /** @param render what every region of the page shows now */
  constructor(private readonly render: () => Readonly<Record<string, Markup>>) {}

  get watchers(): number {
    return this.listening.size;
  }

  noteRequest(): void {
    this.lastRequest = Date.now();
  }

  /** Looks for what has changed; does nothing where nobody listens. */
  update(): void {
    if (this.listening.size === 0) return;
    for (const [region, content] of Object.entries(this.render())) {
      const html = content.toString();
      if (this.shown.get(region) === html) continue;
      this.shown.set(region, html);
      for (const watcher of this.listening) watcher.owe(region, html);
    }
  }

  /** Tells a browser everything so far, then what changes, until the run or the connection ends. */
  async serve(stream: SSEStreamingApi): Promise<void> {
    const watcher = new Watcher(stream);
    this.listening.add(watcher);
    for (const [region, html] of this.shown) watcher.owe(region, html);
    this.update();
    if (this.ended !== undefined) watcher.end(this.ended.next);
    try {
      await watcher.serve();
    } finally {
      this.listening.delete(watcher);
    }
  }

  /** Tells everybody that the run has ended, and waits until they have what they want. @param next page to go to, if any */
  async end(next: string | undefined): Promise<void> {
    const hadWatchers = this.listening.size > 0;
    this.update();
    this.ended = { next };
    for (const watcher of this.listening) watcher.end(next);
    if (!hadWatchers) return;
    const start = Date.now();
    const isStill = (now: number): boolean =>
      this.listening.size === 0 &&
      (next === undefined || now - Math.max(start, this.lastRequest) > stillFor);
    while (!isStill(Date.now()) && Date.now() - start < longestWait)
      await new Promise((resolve) => setTimeout(resolve, lookEvery));
  }
}
