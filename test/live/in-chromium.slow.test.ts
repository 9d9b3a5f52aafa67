import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { looks, needsChromium, startChromium, violationsOn } from './chromium.js';
import { epoch, look, told, toldRun, type ToldRun } from './told-run.js';

describe('the live page in Chromium', needsChromium, () => {
  let browser: Browser;
  before(async () => (browser = await startChromium()));
  const opened: ToldRun[] = [];
  const open = async (...args: Parameters<typeof toldRun>): Promise<ToldRun> => {
    const run = await toldRun(...args);
    opened.push(run);
    return run;
  };
  after(async () => {
    await browser.close();
    const ending = { kind: 'failed', message: 'the test is over' } as const;
    await Promise.all(opened.map(({ page }) => page.close(ending)));
  });

  /** What goes wrong on a page that the browser would report. */
  function complaintsOf(page: Page): string[] {
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    return complaints;
  }

  test('axe finds nothing, nothing is wider than the page, and nothing is fetched from elsewhere', async () => {
    const learning = await open();
    for (const event of told) learning.tell(event);
    const comparing = await open('compare');
    const trainings = ['none@1', 'all+safe-v2@1'].map((task) => ({
      ...{ task, folder: `arms/${task}` },
      needs: null,
    }));
    comparing.tell({ type: 'arms', trainings });
    comparing.tell({ type: 'arm', task: 'none@1', done: 1, total: 2, failed: 'no memory' });
    const stopped = await open('train');
    stopped.tell(epoch(1));
    for (const options of looks) {
      const context = await browser.newContext(options);
      for (const { page: live } of [learning, comparing, stopped]) {
        const page = await context.newPage();
        const complaints = complaintsOf(page);
        const asked: string[] = [];
        page.on('request', (request) => asked.push(request.url()));
        await page.goto(live.address);
        await page.waitForSelector('#region-phase h2');
        const what = `${options.colorScheme}, ${options.viewport.width} px`;
        assert.deepEqual(await violationsOn(page), [], what);
        const width = await page.evaluate<number>('document.documentElement.scrollWidth');
        assert.ok(width <= options.viewport.width, `${width} px, ${what}`);
        assert.deepEqual(complaints, [], what);
        assert.ok(asked.every((url) => url.startsWith(live.address) || url.startsWith('data:')));
      }
      await context.close();
    }
  });

  test('by keyboard alone: the button is reached, stops once, and the page says how to go on', async () => {
    const run = await open();
    for (const event of told) run.tell(event);
    const page = await browser.newPage();
    const complaints = complaintsOf(page);
    await page.goto(run.page.address);
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Stop and save');
    // What changes meanwhile leaves the focus where it is.
    run.tell(epoch(3));
    run.tell({ type: 'phase', phase: 'select', label: 'Judging pairs' });
    await page.waitForSelector('h2:text("Judging pairs")');
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Stop and save');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    for (let i = 0; i < 100 && run.stops() === 0; i++) await page.waitForTimeout(20);
    assert.equal(run.stops(), 1);
    assert.equal(await page.isDisabled('button'), true);
    await run.page.close({ kind: 'stopped', saved: true });
    await page.waitForSelector(`code.command:text("--resume --out ${run.out}")`);
    assert.match(await page.title(), /^Stopped: /);
    assert.deepEqual(await violationsOn(page), []);
    // It was told of the end: that nobody answers any more is no news.
    assert.equal(await page.isVisible('#lost'), false);
    assert.deepEqual(complaints, []);
    await page.close();
  });

  test('twenty tabs share a connection, and all of them become the report', async () => {
    const run = await open();
    run.tell({ type: 'phase', phase: 'train' });
    const context = await browser.newContext();
    const tabs: Page[] = [];
    for (let i = 0; i < 20; i++) {
      const page = await context.newPage();
      await page.goto(run.page.address);
      tabs.push(page);
    }
    run.tell(look(0.1, 'safe'));
    for (const page of tabs) await page.waitForSelector('text=2 of 2 decided so far');
    // The one that listens leaves; another takes over.
    await tabs[0].close();
    run.tell({ type: 'phase', phase: 'select', label: 'Judging pairs' });
    const others = tabs.slice(1);
    for (const page of others) await page.waitForSelector('h2:text("Judging pairs")');
    writeFileSync(join(run.out, 'report.html'), '<title>R</title><h1>The report</h1>');
    const closed = run.page.close({ kind: 'report' });
    for (const page of others) await page.waitForSelector('h1:text("The report")');
    await closed;
    await context.close();
  });

  test('a run that is gone without a word is missed', async () => {
    const run = await open();
    const page = await browser.newPage();
    await page.goto(run.page.address);
    await page.waitForSelector('button');
    // Without a word: as where the process was killed.
    await page.context().setOffline(true);
    await page.evaluate('source.dispatchEvent(new Event("error"))');
    await page.waitForSelector('#lost', { state: 'visible' });
    assert.match(await page.innerText('#lost'), /--resume --out/);
    await page.close();
  });
});
