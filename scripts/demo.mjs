// npm run demo: sets up, then learns on the small sample and shows the verdicts.
import { join } from 'node:path';
import { main, root, setUp } from './setup.mjs';
import { passThrough } from './setup/shell.mjs';

await main(async (args) => {
  await setUp();
  const learn = ['learn', 'examples/cifar10-mini', '--preset', 'demo', '--out', 'runs/demo'];
  const again = args.includes('--resume') ? [] : ['--overwrite'];
  return passThrough(
    process.execPath,
    [join(root, 'bin/safe-augment.mjs'), ...learn, ...again, ...args],
    { cwd: root },
  );
});
