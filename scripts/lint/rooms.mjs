// An ESLint rule: every import in src/ goes to a room that the importer's room may import (import-table.mjs).
import { dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importTable } from './import-table.mjs';

const root = resolve(fileURLToPath(import.meta.url), '../../..');
const rooms = Object.keys(importTable).sort((a, b) => b.length - a.length);

/** The room that a file lies in, the innermost one; undefined outside of all. */
function roomOf(file) {
  const [top, ...rest] = relative(root, file).split(sep);
  if (top === 'native') return 'native';
  if (top !== 'src') return undefined;
  const path = rest.join('/');
  return rooms.find((room) => path.startsWith(`${room}/`));
}

const rule = {
  meta: {
    type: 'problem',
    messages: {
      room: 'src/{{from}} may import only {{allowed}} (docs/layout.md), not {{to}}.',
      outside: 'src/{{from}} may not import what lies outside of every room: {{path}}.',
    },
    schema: [],
  },
  create(context) {
    const from = roomOf(context.filename);
    if (from === undefined || from === 'native') return {};
    const allowed = importTable[from];
    const check = (node) => {
      const path = node.source?.value;
      if (typeof path !== 'string' || !path.startsWith('.')) return;
      const to = roomOf(resolve(dirname(context.filename), path));
      const data = { from, to, path, allowed: [from, ...allowed].join(', ') };
      if (to === undefined) context.report({ node, messageId: 'outside', data });
      else if (to !== from && !allowed.includes(to))
        context.report({ node, messageId: 'room', data });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    };
  },
};

export default { rules: { rooms: rule } };
