import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { streamSSE } from 'hono/streaming';
import { copyScript } from '../report/index.js';
import { runFiles } from '../run/files/index.js';
import { admission } from './admission.js';
import type { LiveState } from './live-state.js';
import type { Newsroom } from './newsroom.js';
import { liveCss } from './page/live-style.js';
import { livePage } from './page/live-page.js';
import { script } from './page/script.js';

/** Browsers that may listen at once; tabs of one browser share a connection. */
const mostWatchers = 64;

/** Everything comes from here, nothing from elsewhere. */
const ownOnly = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", 'data:'],
  connectSrc: ["'self'"],
  formAction: ["'self'"],
  baseUri: ["'none'"],
  frameAncestors: ["'none'"],
};

/** The report carries its style and its pictures in itself, and one script, which is known by its hash. */
const reportPolicy = `default-src 'none'; script-src 'sha256-${createHash('sha256').update(copyScript).digest('base64')}'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** What the server shows, and whom it tells. */
export interface ServedRun {
  readonly state: LiveState;
  readonly newsroom: Newsroom;
  readonly token: string;
  /** That the server listens on, once it does. */
  port(): number;
  /** Called where the page's button was pressed. */
  onStop(): void;
}

/** The page and all it asks for, below the token. */
export function liveServer({ state, newsroom, token, port, onStop }: ServedRun): Hono {
  const app = new Hono();
  app.use(
    secureHeaders({
      contentSecurityPolicy: ownOnly,
      referrerPolicy: 'same-origin',
      xFrameOptions: 'DENY',
      strictTransportSecurity: false,
      overwrite: false,
    }),
    admission(token, port),
    async (c, next) => {
      newsroom.noteRequest();
      await next();
      if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'no-store');
    },
  );
  const below = (path: string): string => `/${token}/${path}`;
  app.get(below(''), (c) => c.html(livePage(state, Date.now())));
  app.get(below('live.css'), (c) =>
    c.body(liveCss, 200, { 'Content-Type': 'text/css; charset=utf-8' }),
  );
  app.get(below('live.js'), (c) =>
    c.body(script, 200, { 'Content-Type': 'text/javascript; charset=utf-8' }),
  );
  app.get(below('events'), (c) => {
    if (newsroom.watchers >= mostWatchers) return c.text('Too many pages are open.\n', 503);
    return streamSSE(c, (stream) => newsroom.serve(stream));
  });
  app.post(below('stop'), (c) => {
    onStop();
    return c.redirect(`/${token}/`, 303);
  });
  app.get(below('samples/:name'), async (c) => {
    const file = `samples/${c.req.param('name')}`;
    // Only what the run has drawn.
    const isDrawn = state.last('samples')?.sheets.some((sheet) => sheet.file === file);
    const { run } = state;
    const bytes = isDrawn && run ? await contentOf(join(run.out, file)) : undefined;
    if (bytes === undefined) return c.notFound();
    return c.body(bytes, 200, {
      'Content-Type': 'image/png',
      'Cache-Control': 'private, max-age=3600',
    });
  });
  app.get(below(runFiles.report), async (c) => {
    const { run } = state;
    const bytes = run && (await contentOf(join(run.out, runFiles.report)));
    if (bytes === undefined) return c.notFound();
    c.header('Content-Security-Policy', reportPolicy);
    return c.body(bytes, 200, { 'Content-Type': 'text/html; charset=utf-8' });
  });
  return app;
}

/** Undefined where it is not there, or cannot be read. */
async function contentOf(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return new Uint8Array(await readFile(path));
  } catch {
    return undefined;
  }
}
