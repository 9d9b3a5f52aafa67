// npm run demo: sets up, then learns on the small sample and shows the verdicts.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main, root, setUp } from './setup.mjs';
import { passThrough } from './setup/shell.mjs';

/** Sets up, then learns on a sample of examples/ with a preset; ends the process. */
export async function runDemo(sample, preset, out) {
  await main(async (args) => {
    await setUp();
    const learn = ['learn', `examples/${sample}`, '--preset', preset, '--out', out];
    const again = args.includes('--resume') ? [] : ['--overwrite'];
    return passThrough(
      process.execPath,
      [join(root, 'bin/safe-augment.mjs'), ...learn, ...again, ...args],
      { cwd: root },
    );
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await runDemo('cifar10-mini', 'demo', 'runs/demo');
