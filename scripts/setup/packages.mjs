import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupProblem, say } from './problem.mjs';
import { capture, lastLines } from './shell.mjs';

/** Installs the npm packages where they are missing or package-lock.json has changed since. */
export async function ensurePackages(root) {
  const lock = join(root, 'package-lock.json');
  const modules = join(root, 'node_modules');
  const stamp = join(modules, '.safe-augment-lock');
  const wanted = createHash('sha256').update(readFileSync(lock)).digest('hex');
  if (complete(modules) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  if (!installedByHand(lock, modules)) {
    say('installing the npm packages (npm ci)');
    // With NODE_ENV=production npm would leave out the compiler.
    const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
    const npm = process.env.npm_execpath;
    const { code, output } = npm?.endsWith('.js')
      ? await capture(process.execPath, [npm, ...args], { cwd: root })
      : await capture('npm', args, { cwd: root });
    if (code !== 0)
      throw new SetupProblem(
        `Cannot install the npm packages:\n${lastLines(output)}`,
        'Check the network (and `npm config get registry`) and try again, or run `npm ci` yourself.',
      );
  }
  writeFileSync(stamp, wanted);
}

/** npm keeps its own lock of what it has installed; one younger than ours needs nothing. */
function installedByHand(lock, modules) {
  const installed = join(modules, '.package-lock.json');
  return (
    existsSync(installed) &&
    complete(modules) &&
    statSync(installed).mtimeMs > statSync(lock).mtimeMs
  );
}

/** The packages that set-up itself goes on with; a node_modules half removed lacks them. */
function complete(modules) {
  return ['node-api-headers', 'typescript'].every((name) =>
    existsSync(join(modules, name, 'package.json')),
  );
}
