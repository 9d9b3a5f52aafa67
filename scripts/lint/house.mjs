// node scripts/lint/house.mjs: fails where two exported types or two files share a name, a folder holds more than fifteen
// files side by side, a file has more than three hundred lines, or docs/layout.md names a file that does not exist.
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { filesUnder } from '../setup/compile.mjs';

const root = resolve(fileURLToPath(import.meta.url), '../../..');
const mostFiles = 15;
const mostLines = 300;

/** Folders that are lists of like things: one entry, one file. */
const lists = [
  'src/augment/transforms',
  'src/augment/controls',
  'src/data/readers',
  'scripts/wasm/kernels',
];
/** One thing in several rooms: a verb's options and its work, and what each room knows of one task. */
const oneThing = [
  ['src/cli/verbs', 'src/commands'],
  ['src/tasks', 'src/data/readers', 'src/report/tasks'],
];
/** Made by scripts/wasm/build.mjs. */
const generated = ['src/augment/wasm/module-bytes.ts'];

const sources = [
  ...['src', 'test', 'bench', 'scripts'].flatMap((folder) => filesUnder(root, folder, '.ts')),
  ...filesUnder(root, 'scripts', '.mjs'),
  ...['native/src', 'native/map'].flatMap((folder) =>
    ['.cpp', '.hpp'].flatMap((ending) => filesUnder(root, folder, ending)),
  ),
].filter((file) => !file.startsWith('test/fixtures/'));

/** Interfaces, type aliases, classes and enumerations that a file of src/ declares and exports. */
function exportedTypes(file) {
  const tree = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), {
    languageVersion: ts.ScriptTarget.Latest,
  });
  const isType = (node) =>
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isEnumDeclaration(node);
  const isExported = ({ modifiers = [] }) =>
    modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
  return tree.statements
    .filter((node) => isType(node) && isExported(node) && node.name)
    .map((node) => node.name.text);
}

/** Keys with all their values, of pairs. */
function grouped(pairs) {
  const groups = new Map();
  for (const [key, value] of pairs) groups.set(key, [...(groups.get(key) ?? []), value]);
  return groups;
}

const inSrc = sources.filter((file) => file.startsWith('src/'));
const types = grouped(inSrc.flatMap((file) => exportedTypes(file).map((name) => [name, file])));
const folders = grouped(sources.map((file) => [dirname(file), file]));
const linesOf = (file) => readFileSync(join(root, file), 'utf8').split('\n').length - 1;

const named = grouped(
  inSrc.filter((file) => basename(file) !== 'index.ts').map((file) => [basename(file), file]),
);
const areOneThing = (paths) =>
  oneThing.some((rooms) =>
    paths.every((path) => rooms.some((room) => path.startsWith(`${room}/`))),
  );

/** What the walks of docs/layout.md name in backticks and no file or folder of src/ or test/ is called. */
function missingInLayout() {
  const text = readFileSync(join(root, 'docs/layout.md'), 'utf8');
  const walks = text.slice(text.indexOf('## Eight walks'));
  const paths = [...walks.matchAll(/`([\w-]+(?:\/[\w.-]+)+)\/?`/g)].map(([, path]) => path);
  return paths.filter(
    (path) =>
      !existsSync(join(root, path)) &&
      !existsSync(join(root, 'src', path)) &&
      !inSrc.some((file) => file.endsWith(`/${path}.ts`)),
  );
}

const problems = [
  ...[...named]
    .filter(([, paths]) => paths.length > 1 && !areOneThing(paths))
    .map(([name, paths]) => `${paths.length} files are called ${name}: ${paths.join(', ')}`),
  ...missingInLayout().map((path) => `docs/layout.md names ${path}, but there is no such file`),
  ...[...types]
    .filter(([, files]) => files.length > 1)
    .map(
      ([name, files]) => `${files.length} exported types are called ${name}: ${files.join(', ')}`,
    ),
  ...[...folders]
    .filter(([folder, files]) => files.length > mostFiles && !lists.includes(folder))
    .map(
      ([folder, files]) => `${folder}: ${files.length} files side by side, at most ${mostFiles}`,
    ),
  ...sources
    .filter((file) => !generated.includes(file) && linesOf(file) > mostLines)
    .map((file) => `${file}: ${linesOf(file)} lines, at most ${mostLines}`),
  ...[...lists, ...generated]
    .filter((path) => !existsSync(join(root, path)))
    .map((path) => `${path} is named in scripts/lint/house.mjs, but there is none`),
];
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
