import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';

/** Names of this machine under which the page may be asked for. */
const ownNames = ['127.0.0.1', 'localhost'];

/**
 * Lets in whoever knows the token, and nobody else.
 *
 * A page of another site can make a browser send requests here: its name for this machine stands in `Host` (DNS rebinding), its
 * own in `Origin`. Both are refused, whatever the token.
 *
 * @param port that the server listens on, once it does
 */
export function admission(token: string, port: () => number): MiddlewareHandler {
  return async (c, next) => {
    const hosts = ownNames.map((name) => `${name}:${port()}`);
    const { host, origin } = c.req.header();
    const isOwnHost = host !== undefined && hosts.includes(host);
    const isOwnOrigin = origin === undefined || origin === `http://${host}`;
    const [, given = ''] = c.req.path.split('/');
    if (!isOwnHost || !isOwnOrigin || !isSame(given, token))
      return c.text('Forbidden: open the address that the terminal shows.\n', 403);
    return next();
  };
}

/** In a time that does not depend on where the texts differ. */
function isSame(given: string, wanted: string): boolean {
  const [a, b] = [given, wanted].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(a, b);
}
