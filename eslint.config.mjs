import js from 'typescript-eslint';
import { importTable } from './scripts/lint/import-table.mjs';

// Every folder of src/ may import only what the design's table (docs/layout.md) allows it.
const layering = Object.entries(importTable).map(([folder, allowed]) => {
  const forbidden = Object.keys(importTable).filter((f) => f !== folder && !allowed.includes(f));
  const patterns = forbidden.flatMap((f) => [
    `../${f}/*`,
    `../../${f}/*`,
    `../${f}/**`,
    `../../${f}/**`,
  ]);
  if (!allowed.includes('native')) patterns.push('**/native/*', '**/native/**');
  patterns.push('**/src/index.js', '../index.js');
  return {
    files: [`src/${folder}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: patterns,
              message: `src/${folder} may import only: ${[folder, ...allowed].join(', ')} (docs/layout.md).`,
            },
          ],
        },
      ],
    },
  };
});

export default js.config(
  {
    ignores: [
      'dist/**',
      'dist-*/**',
      'node_modules/**',
      'native/build*/**',
      'runs/**',
      'test/fixtures/**',
      'scripts/wasm/**',
    ],
  },
  ...js.configs.recommended,
  {
    files: ['**/*.ts'],
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        {
          object: 'Math',
          property: 'random',
          message: 'Random streams are keyed: use Rng from src/core.',
        },
      ],
    },
  },
  ...layering,
);
