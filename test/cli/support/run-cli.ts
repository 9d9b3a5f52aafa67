import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../../src/cli/main.js', import.meta.url));
const start = `import(process.argv[1]).then(async (m) => { process.exitCode = await m.run(process.argv.slice(2)); });`;

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/**
 * Runs the command line in a process of its own. `watch` sees the output as it comes; `deaf` closes it
 * before anything is written, as `| head` may.
 */
export function cli(
  args: readonly string[],
  cwd: string,
  watch?: (out: string, child: ChildProcess) => void,
  deaf = false,
): Promise<Outcome> {
  const child = spawn(process.execPath, ['-e', start, '--', join(main), ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (deaf) child.stdout.destroy();
  let out = '';
  let err = '';
  child.stdout.on('data', (text: Buffer) => {
    out += text.toString();
    watch?.(out, child);
  });
  child.stderr.on('data', (text: Buffer) => (err += text.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}
