import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PolicyNode } from '../../src/augment/index.js';
import { writePolicies } from '../../src/commands/learn/write-policies.js';
import { resolveLearnConfig } from '../../src/config/index.js';
import type { Selection } from '../../src/run/files/index.js';
import { RunFolder } from '../../src/run/folder/run-folder.js';

// What tests of recommended policies share.

export const size = { height: 32, width: 32 };
export const config = {
  ...resolveLearnConfig({ flags: { data: 'images', out: 'run' } }),
  data: 'images',
};

/** The parts of a policy in brief: names, and those drawn one at a time in brackets. */
export function brief(node: PolicyNode): unknown {
  if (node.kind === 'transform') return node.name;
  return node.kind === 'oneOf' ? [node.members.map(brief)] : node.members.map(brief);
}

/** A run folder with the policies of a selection. */
export async function runWithPolicies(out: string, of: Selection): Promise<string> {
  await RunFolder.use({ out, resume: false, overwrite: false }, (run) => {
    writePolicies(run, config, of, size);
    writeFileSync(join(out, 'config.json'), JSON.stringify({ data: 'images' }));
    return Promise.resolve();
  });
  return out;
}
