// npm run bench -- NAME [--json FILE] ...: sets up, then runs dist/bench/NAME.js.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { main, root, setUp } from './setup.mjs';
import { passThrough } from './setup/shell.mjs';

await main(async ([name, ...rest]) => {
  const names = benchmarks();
  if (!names.includes(name)) {
    console.error(
      `Usage: npm run bench -- NAME [--json FILE]\nNAME is one of: ${names.join(', ')}`,
    );
    if (name !== undefined) console.error(`got: ${name}`);
    return 2;
  }
  await setUp();
  return passThrough(process.execPath, [join(root, 'dist/bench', `${name}.js`), ...rest]);
});

/** A benchmark is a file directly in bench/; what they share lies in folders below. */
function benchmarks() {
  const folder = join(root, 'bench');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -3))
    .sort();
}
