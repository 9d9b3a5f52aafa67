import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Watcher } from '../../src/live/watcher.js';

/** A browser that takes one message when it is told to. */
class SlowBrowser {
  readonly got: string[] = [];
  abort = (): void => {};
  private take = (): void => {};

  writeSSE = ({ event, data }: { event?: string; data: string | Promise<string> }) => {
    this.got.push(`${event} ${String(data)}`);
    return new Promise<void>((resolve) => (this.take = resolve));
  };

  onAbort(listener: () => void): void {
    this.abort = listener;
  }

  async read(): Promise<void> {
    this.take();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const region = (name: string, html: string): string =>
  `region ${JSON.stringify({ region: name, html })}`;

test('a browser that reads slowly gets the latest of each region and nothing in between', async () => {
  const browser = new SlowBrowser();
  const watcher = new Watcher(browser);
  watcher.owe('a', '0');
  const served = watcher.serve();
  for (let i = 1; i <= 1000; i++) watcher.owe('a', `${i}`);
  watcher.owe('b', 'once');
  watcher.end('report.html');
  await browser.read();
  await browser.read();
  await browser.read();
  await browser.read();
  await served;
  assert.deepEqual(browser.got, [
    region('a', '0'),
    region('a', '1000'),
    region('b', 'once'),
    'end {"next":"report.html"}',
  ]);
});

test('a browser that leaves is served no further', async () => {
  const browser = new SlowBrowser();
  const watcher = new Watcher(browser);
  watcher.owe('a', '0');
  const served = watcher.serve();
  watcher.owe('a', '1');
  browser.abort();
  await browser.read();
  await served;
  assert.deepEqual(browser.got, [region('a', '0')]);
});
