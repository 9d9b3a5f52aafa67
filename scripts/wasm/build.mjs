// Compiles kernels/ (AssemblyScript) to WebAssembly and writes it into src/augment/wasm/module-bytes.ts, so that
// neither users nor the build need the compiler: node scripts/wasm/build.mjs [--compiler PATH]
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sourceHash } from './source-hash.mjs';

/** Fixed, so that the same sources give the same bytes. */
const compiler = 'assemblyscript@0.28.20';
/** 64 KiB pages of memory: engine.ts says what they hold. Only what is touched becomes resident. */
const pageCount = 1024;

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, '../../src/augment/wasm/module-bytes.ts');
const folder = mkdtempSync(join(tmpdir(), 'kernels-'));
try {
  const plain = compile('simd');
  const relaxed = compile('simd', 'relaxed-simd');
  writeFileSync(
    target,
    [
      '// Made by scripts/wasm/build.mjs from scripts/wasm/kernels; not edited by hand.',
      '',
      '/** 64 KiB pages of memory that the module imports. */',
      `export const pages = ${pageCount};`,
      '',
      '/** SHA-256 of the sources that this was made from. */',
      `export const sourceHash = '${sourceHash()}';`,
      '',
      '/** The module, base64. */',
      'export const plain = [',
      ...lines(plain),
      "].join('');",
      '',
      '/** The same with relaxed SIMD. */',
      'export const relaxed = [',
      ...lines(relaxed),
      "].join('');",
      '',
    ].join('\n'),
  );
  console.log(`${target}: ${plain.length} and ${relaxed.length} bytes of WebAssembly`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The kernels as WebAssembly with these features. */
function compile(...features) {
  const wasm = join(folder, 'kernels.wasm');
  const [flag, path] = process.argv.slice(2);
  const [command, ...prefix] =
    flag === '--compiler' ? [path] : ['npx', '--yes', '-p', compiler, 'asc'];
  execFileSync(
    command,
    [...prefix, join(here, 'kernels/index.ts'), '-o', wasm]
      // Data begin at 1024 as they do by default; said here, additions of constants would not become offsets of loads.
      .concat(['--runtime', 'stub', '--importMemory'])
      .concat(['--initialMemory', String(pageCount), '--maximumMemory', String(pageCount)])
      .concat([...features, 'bulk-memory'].flatMap((name) => ['--enable', name]))
      .concat(['-O3', '--converge', '--noAssert']),
    { stdio: 'inherit' },
  );
  return readFileSync(wasm);
}

function lines(wasm) {
  return wasm
    .toString('base64')
    .match(/.{1,92}/g)
    .map((line) => `  '${line}',`);
}
