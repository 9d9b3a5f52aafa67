import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium, type Browser, type Page } from 'playwright-core';

/** A Chromium of this machine, by `CHROMIUM` or where systems put it; undefined where there is none. */
const program = [
  process.env.CHROMIUM ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== '' && existsSync(path));

/** For the options of a test that needs a browser: says why it is skipped. */
export const withoutChromium =
  program === undefined ? 'no Chromium on this machine: install one, or name it with CHROMIUM' : '';
export const needsChromium = { skip: withoutChromium === '' ? false : withoutChromium };

export function startChromium(): Promise<Browser> {
  // Without its sandbox it also runs as root, and in containers; the pages are our own.
  return chromium.launch({ executablePath: program, args: ['--no-sandbox'] });
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds wrong on a page, each rule with the elements that break it. */
export async function violationsOn(page: Page): Promise<string[]> {
  // From outside of the page, which allows no script but its own.
  await page.evaluate(axe);
  const found = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
    'axe.run()',
  );
  return found.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`,
  );
}

/** Watches all that a page will show for a text, however briefly it is there. @returns whether it has been there */
export async function watchFor(page: Page, text: string): Promise<() => boolean> {
  let hasBeen = false;
  await page.exposeFunction('found', () => (hasBeen = true));
  await page.addInitScript(`
    new MutationObserver(() => document.body?.textContent.includes(${JSON.stringify(text)}) && found())
      .observe(document, { childList: true, subtree: true, characterData: true });`);
  return () => hasBeen;
}

/** Both colour schemes, on a phone and on a screen. */
export const looks = (['light', 'dark'] as const).flatMap((colorScheme) =>
  [360, 1280].map((width) => ({ colorScheme, viewport: { width, height: 900 } })),
);
