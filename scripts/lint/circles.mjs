// node scripts/lint/circles.mjs: fails where files of src/ import each other in a circle. Types count too: a reader
// who follows them goes round all the same.
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { filesUnder } from '../setup/compile.mjs';

const root = resolve(fileURLToPath(import.meta.url), '../../..');

/** Every file with the files it imports. */
function importGraph() {
  const files = filesUnder(root, 'src', '.ts');
  return new Map(
    files.map((file) => {
      const { importedFiles } = ts.preProcessFile(readFileSync(join(root, file), 'utf8'), true);
      const imported = importedFiles
        .map(({ fileName }) => fileName)
        .filter((name) => name.startsWith('.'))
        .map((name) => join(dirname(file), name).replace(/\.js$/, '.ts'));
      return [file, imported.filter((name) => files.includes(name))];
    }),
  );
}

/** The strongly connected parts of more than one file (Tarjan, 1972). */
export function circlesIn(graph) {
  const number = new Map();
  const low = new Map();
  const stack = [];
  const found = [];
  const visit = (file) => {
    number.set(file, number.size);
    low.set(file, number.get(file));
    stack.push(file);
    for (const next of graph.get(file) ?? []) {
      if (!number.has(next)) visit(next);
      if (stack.includes(next)) low.set(file, Math.min(low.get(file), low.get(next)));
    }
    if (low.get(file) !== number.get(file)) return;
    const part = stack.splice(stack.indexOf(file));
    if (part.length > 1) found.push(part);
  };
  for (const file of graph.keys()) if (!number.has(file)) visit(file);
  return found;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const circles = circlesIn(importGraph());
  for (const circle of circles) console.error(`import circle: ${circle.join(', ')}`);
  process.exitCode = circles.length === 0 ? 0 : 1;
}
