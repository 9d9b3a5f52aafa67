import { request, type IncomingMessage } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Asks for a path of the page as any program may, with any headers. */
export function ask(
  address: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(address, { method, headers, agent: false }, (answer) => {
      let body = '';
      answer.setEncoding('utf8');
      answer.on('data', (text: string) => (body += text));
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }),
      );
    });
    asked.on('error', reject);
    asked.end();
  });
}

/** A browser that listens; what it has got so far, and when it was cut off. */
export interface Listener {
  text(): string;
  readonly ended: Promise<void>;
  pause(): void;
  resume(): void;
  leave(): void;
}

/** Listens to the page's events. */
export function listen(address: string): Promise<Listener> {
  return new Promise((resolve, reject) => {
    const asked = request(`${address}events`, { agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (more: string) => (text += more));
      const ended = new Promise<void>((done) => answer.once('close', done));
      resolve({
        text: () => text,
        ended,
        pause: () => answer.pause(),
        resume: () => answer.resume(),
        leave: () => asked.destroy(),
      });
    });
    asked.on('error', reject);
    asked.end();
  });
}

/** Waits until something is so. @throws Error after five seconds */
export async function until(isSo: () => boolean, what: string): Promise<void> {
  for (let i = 0; i < 500; i++) {
    if (isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`waited in vain for ${what}`);
}
