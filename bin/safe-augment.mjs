#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const main = new URL('../dist/src/cli/main.js', import.meta.url);
if (!existsSync(fileURLToPath(main))) {
  console.error('safe-augment is not built yet.\n  remedy:   npm ci && npm run build');
  process.exitCode = 2;
} else {
  const { run } = await import(main.href);
  process.exitCode = await run(process.argv.slice(2));
}
