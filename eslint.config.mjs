import js from 'typescript-eslint';
import rooms from './scripts/lint/rooms.mjs';

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
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ExportAllDeclaration',
          message: 'A barrel lists by name what it offers, in reading order.',
        },
      ],
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
  {
    files: ['src/**/*.ts'],
    ignores: ['src/index.ts'],
    plugins: { house: rooms },
    rules: { 'house/rooms': 'error' },
  },
);
