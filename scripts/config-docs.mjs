// Writes docs/config.md from the schema: node scripts/config-docs.mjs (after npm run build).
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { root } from './setup.mjs';

const { describeConfig } = await import('../dist/src/config/index.js');
const file = join(root, 'docs/config.md');
const options = { ...(await resolveConfig(file)), filepath: file };
writeFileSync(file, await format(describeConfig(), options));
