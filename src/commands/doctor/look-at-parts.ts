import { accessSync, constants, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isClone, packageRoot, packageVersion, shellWord } from '../../core/index.js';
import { canMap } from '../../data/cache/file-map.js';
import { networks } from '../../models/index.js';
import { installCommand } from '../../tensor/index.js';
import { bytesText, good, type Finding } from './finding.js';

/** sharp and libvips, which decode images. Asked for here only: where sharp is missing, all else must still be found out. */
export async function imagesFinding(): Promise<Finding> {
  try {
    const { default: sharp } = await import('sharp');
    const { sharp: version, vips } = sharp.versions;
    // The package alone says nothing: its library is another package.
    await sharp({ create: { width: 2, height: 2, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    return good('images', [`sharp ${version}, libvips ${vips}`], { sharp: version, libvips: vips });
  } catch (error) {
    const [got] = String(error instanceof Error ? error.message : error).split('\n');
    return {
      topic: 'images',
      state: 'missing',
      lines: ['sharp does not load', got],
      values: { sharp: null, got },
      problem: {
        what: 'images cannot be decoded',
        remedy: isClone() ? 'npm ci' : installCommand('--include=optional sharp'),
      },
    };
  }
}

/** The weights that come with the package. */
export function weightsFinding(folder = join(packageRoot(), 'weights')): Finding {
  const names = networks
    .map(({ pretraining }) => pretraining?.shipped)
    .filter((name) => name != null);
  const found = names.map((name) => ({
    file: join(folder, name),
    got: wholeness(join(folder, name)),
  }));
  const values = { files: found.map(({ file, got }) => ({ file, whole: got === 'whole' })) };
  const lines = found.map(({ file, got }) => (got === 'whole' ? file : `${file}: ${got}`));
  const bad = found.find(({ got }) => got !== 'whole');
  if (bad === undefined) return good('weights', lines, values);
  return {
    topic: 'weights',
    state: 'missing',
    lines,
    values,
    problem: {
      what: `${bad.file} is ${bad.got}: photographs would be learned from scratch`,
      // Never a command that removes a clone.
      remedy: isClone()
        ? `git checkout -- ${shellWord(folder)}`
        : `rm -r ${shellWord(packageRoot())} && ${installCommand(`safe-augment@${packageVersion()}`)}`,
    },
  };
}

/** Whether a safetensors file has the length that its head says: `whole`, `missing` or `damaged`. */
function wholeness(file: string): 'whole' | 'missing' | 'damaged' {
  if (!existsSync(file)) return 'missing';
  try {
    const bytes = readFileSync(file);
    const head = Number(bytes.readBigUInt64LE(0));
    const tensors = JSON.parse(bytes.toString('utf8', 8, 8 + head)) as Record<
      string,
      { data_offsets?: [number, number] }
    >;
    const ends = Object.values(tensors).map(({ data_offsets: [, end] = [0, 0] }) => end);
    return 8 + head + Math.max(...ends) === bytes.length ? 'whole' : 'damaged';
  } catch {
    return 'damaged';
  }
}

/** Where decoded images are kept, and whether they can be. */
export function cacheFinding(folder: string): Finding {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const bytes = names
    .map((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0)
    .reduce((sum, size) => sum + size, 0);
  const mapped = canMap();
  const lines = [
    `${folder}, ${bytesText(bytes)} in ${names.length} files, ${mapped ? 'mapped into memory' : 'read into memory'}`,
  ];
  const values = { folder, bytes, files: names.length, mapped };
  if (isWritable(folder)) return good('cache', lines, values);
  const what = 'the cache cannot be written: images are decoded anew by every run';
  const remedy = 'set SAFE_AUGMENT_CACHE to a folder of your own';
  return { topic: 'cache', state: 'advice', lines, values, problem: { what, remedy } };
}

/** Whether a folder can be written, or made. */
function isWritable(folder: string): boolean {
  if (!existsSync(folder)) return dirname(folder) !== folder && isWritable(dirname(folder));
  try {
    accessSync(folder, constants.W_OK);
    return statSync(folder).isDirectory();
  } catch {
    return false;
  }
}
