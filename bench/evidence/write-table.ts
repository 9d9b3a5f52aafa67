import { format, resolveConfig } from 'prettier';
import type { EvidenceRow } from '../../src/commands/recommend/evidence-row.js';

/** The file of the package that holds the table. */
export const tableFile = 'src/commands/recommend/evidence-table.ts';

/** Its text. */
export async function tableText(rows: readonly EvidenceRow[]): Promise<string> {
  const text = `import type { EvidenceRow } from './evidence-row.js';

/** Written by \`npm run bench -- evidence\` from docs/results/pay. Differences are shares of 1. */
export const evidenceTable: readonly EvidenceRow[] = ${JSON.stringify(rows)};
`;
  return format(text, { ...(await resolveConfig(tableFile)), parser: 'typescript' });
}
