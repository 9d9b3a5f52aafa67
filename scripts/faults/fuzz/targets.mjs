import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { archiveOf } from '../support/archives.mjs';
import * as specials from './specials.mjs';
import * as mutate from './mutations.mjs';
import * as product from '../product.mjs';

/**
 * What is mutated, and what then reads it.
 *
 * @typedef {object} Target
 * @property {string} name
 * @property {string} from folder of the corpus whose copy each trial gets
 * @property {RegExp} files which of its files are mutated
 * @property {(bytes: Buffer, rng: object) => Buffer|string} change
 * @property {[string, string][]} [specials] file and content: these come first
 * @property {(folder: string, file: string, corpus: string) => unknown} use throws what the product throws
 * @property {(folder: string, file: string) => string[]} [command] the same by the command line
 * @property {[number, number]} count mutations in a short and in a long run
 */

/** Thrown where something was accepted that is not what it should be. */
export class Different extends Error {
  name = 'Different';
  constructor(message, outcome = 'other bytes') {
    super(message);
    this.outcome = outcome;
  }
}

const hooks = () => ({ onEvent() {}, signal: new AbortController().signal });
const json = (bytes, rng) => mutate.mutatedJson(bytes.toString(), rng);
const text = (bytes, rng) => mutate.mutatedText(bytes.toString(), rng);
const inFolder = (folder, file) => join(folder, file);

/** The value of a JSON file; undefined where it is none, which the product has not read yet. */
function read(folder, file) {
  try {
    return JSON.parse(readFileSync(join(folder, file), 'utf8'));
  } catch {
    return undefined;
  }
}
const some = (file, contents) => contents.map((content) => [file, content]);
const size = { width: 32, height: 32 };

/** @type {Target[]} */
export const targets = [
  {
    name: 'images',
    from: 'images',
    files: /\.(png|jpg|webp|tif|gif|avif|bmp|ppm|pgm)$/,
    change: (bytes, rng) =>
      bytes[1] === 0x50 ? mutate.mutatedPng(bytes, rng) : mutate.mutatedBytes(bytes, rng),
    use: (folder, file) => product.decodeImage(inFolder(folder, file)),
    command: (folder, file) => ['apply', join(folder, file), 'out.png', '--transform', 'Blur'],
    count: [250, 5000],
  },
  {
    name: 'masks',
    from: 'masks',
    files: /\.(png|bmp)$/,
    change: (bytes, rng) =>
      bytes[1] === 0x50 ? mutate.mutatedPng(bytes, rng) : mutate.mutatedBytes(bytes, rng),
    use: (folder, file) => product.decodeMask(inFolder(folder, file)),
    count: [120, 2000],
  },
  {
    name: 'images with masks',
    from: 'pairs',
    files: /labels\/\d\.png$|classes\.txt$/,
    change: (bytes, rng) => (bytes[1] === 0x50 ? mutate.mutatedPng(bytes, rng) : text(bytes, rng)),
    specials: some('classes.txt', specials.classLists),
    use: (folder) => product.openDataset(`pairs:${folder}`, { cache: false }),
    command: (folder) => ['preview', `pairs:${folder}`, '--columns', '2'],
    count: [120, 2000],
  },
  {
    name: 'CIFAR binaries',
    from: 'cifar',
    files: /\.(bin|txt)$/,
    change: (bytes, rng) =>
      rng.float() < 0.5 ? mutate.mutatedBytes(bytes, rng) : text(bytes, rng),
    use: (folder) => product.openDataset(`cifar10:${folder}`, { cache: false }),
    count: [60, 800],
  },
  {
    name: '.mat',
    from: 'svhn',
    files: /\.mat$/,
    change: mutate.mutatedBytes,
    use: (folder) => product.openDataset(`svhn:${folder}`, { cache: false }),
    count: [100, 1200],
  },
  {
    name: 'Tiny ImageNet lists',
    from: 'tiny',
    files: /\.txt$/,
    change: text,
    specials: some('val/val_annotations.txt', specials.annotations),
    use: (folder) => product.openDataset(`tiny-imagenet:${folder}`, { cache: false }),
    count: [80, 800],
  },
  {
    name: 'archives',
    from: 'archives',
    files: /\.(gz|zip)$/,
    change: mutate.mutatedBytes,
    use: async (folder, file) => {
      const kind = file.endsWith('.zip') ? 'zip' : 'tar.gz';
      const bytes = readFileSync(join(folder, file));
      // It lies in the folder already, so nothing is asked for at this address.
      const archive = archiveOf(`http://127.0.0.1:9/${file}`, bytes, kind);
      try {
        await product.downloadDataset('set', folder, hooks(), { set: [archive] });
      } finally {
        const left = readdirSync(folder).filter((name) => name.startsWith('.unpacking-'));
        if (left.length > 0) throw new Different('.unpacking-* is left', 'left-over file');
      }
    },
    count: [120, 1500],
  },
  {
    name: 'settings, YAML and JSON',
    from: 'configs',
    files: /settings\./,
    change: (bytes, rng) => (bytes[0] === 0x7b ? json(bytes, rng) : text(bytes, rng)),
    specials: some('settings.yaml', specials.yaml),
    use: (folder, file) => {
      const sources = { file: join(folder, file), flags: { data: 'images' } };
      product.resolveLearnConfig(sources);
    },
    command: (folder, file) => ['learn', 'nowhere', '--config', join(folder, file)],
    count: [120, 1500],
  },
  {
    name: 'config.json of runs',
    from: 'learned',
    files: /^config\.json$/,
    change: json,
    specials: some('config.json', specials.yaml),
    use: (folder) => product.readLearnConfig(join(folder, 'config.json')),
    command: (folder) => ['export', folder, '--format', 'json'],
    count: [70, 600],
  },
  ...['learned', 'several', 'trained', 'masked', 'compared'].map((from) => ({
    name: `files of a run (${from})`,
    from,
    files:
      /^(config|manifest|selection|results|samples)\.json$|^sets\/\w+\/(selection|manifest)\.json$|^events\.jsonl$/,
    change: (bytes, rng) =>
      rng.float() < 0.8 && isJson(bytes) ? json(bytes, rng) : text(bytes, rng),
    use: (folder) => product.buildReport(folder),
    command: (folder) => ['report', folder],
    count: [60, 700],
  })),
  {
    name: 'policy.json of a run',
    from: 'learned',
    files: /^policy\.json$/,
    change: json,
    use: (folder) => {
      for (const format of ['json', 'ultralytics', 'timm', 'albumentations', 'torchvision'])
        product.exportPolicy({ run: folder, format, set: 'safe' });
    },
    command: (folder) => ['export', folder, '--format', 'ultralytics'],
    count: [60, 500],
  },
  {
    name: 'policies, Albumentations and own',
    from: 'policies',
    files: /\.json$/,
    change: json,
    specials: [
      ...some('albumentations.json', specials.albumentations),
      ...some('own.json', specials.policies),
    ],
    use: (folder, file) => {
      const given = read(folder, file);
      if (given === undefined) return;
      const policy =
        given !== null && typeof given === 'object' && 'transform' in given
          ? product.fromAlbumentations(given)
          : product.parsePolicy(given);
      const image = { ...size, channels: 3, data: new Uint8Array(32 * 32 * 3) };
      for (let index = 0; index < 3; index++) {
        const steps = product.drawPolicy(policy, size, {
          seed: 1,
          purpose: 'try',
          epoch: 0,
          index,
        });
        const restore = policy.restore === 'none' ? 'reflect' : policy.restore;
        product.applySteps(image, steps, { restore, size: policy.size ?? size });
      }
    },
    command: (folder, file) => [
      ...['train', join(folder, '../../../base/images'), '--policy', join(folder, file)],
      ...['--epochs', '1', '--batch', '8', '--workers', '0', '--threads', '1', '--out', 'out'],
      ...['--set', 'model.width=8', '--set', 'budget=null'],
    ],
    count: [150, 1500],
  },
  {
    name: 'safetensors',
    from: 'trained',
    files: /checkpoint\/weights\.safetensors$/,
    change: mutate.mutatedSafetensors,
    use: (folder, file) =>
      product.scope(() => {
        product.readSafetensors(join(folder, file));
      }),
    count: [120, 1000],
  },
  {
    name: 'a trained run, used by predict',
    from: 'trained',
    files: /^(config|manifest|results)\.json$|checkpoint\/weights\.safetensors$/,
    change: (bytes, rng) =>
      isJson(bytes) ? json(bytes, rng) : mutate.mutatedSafetensors(bytes, rng),
    use: async (folder, _, corpus) => {
      const images = [join(corpus, 'images/rgb.png')];
      const said = product.predict({ run: folder, images, device: 'cpu' });
      for await (const { classes } of said)
        if (classes.length === 0) throw new Different('no class');
    },
    command: (folder) => ['predict', folder, join(folder, '../../../base/images/cat/1.png')],
    count: [60, 600],
  },
  {
    name: 'a stopped run, gone on with',
    from: 'stopped',
    files: /^(config|manifest)\.json$|checkpoint\/latest\.safetensors$/,
    change: (bytes, rng) =>
      isJson(bytes) ? json(bytes, rng) : mutate.mutatedSafetensors(bytes, rng),
    use: async (folder) => {
      const config = product.readTrainConfig(join(folder, 'config.json'));
      await product.train({ ...config, out: folder, resume: true }, hooks());
    },
    command: (folder) => ['train', '--resume', '--out', folder],
    count: [30, 400],
  },
  {
    name: 'cache: index and pixels',
    from: 'cache/kept',
    files: /\.(json|pixels)$/,
    change: (bytes, rng) => (isJson(bytes) ? json(bytes, rng) : changedPixels(bytes, rng)),
    use: async (folder, _, corpus) => {
      process.env.SAFE_AUGMENT_CACHE = join(folder, 'cache');
      const images = join(corpus, 'cache/images');
      const data = await product.openDataset(images, { size: { width: 512, height: 512 } });
      const expected = readFileSync(join(corpus, 'cache/expected'), 'utf8');
      if (contentOf(data) !== expected)
        throw new Different('the cache gave other data than the images');
    },
    count: [20, 300],
  },
];

/** Few changes in many bytes would mostly miss what matters: they are seen all the same, by the digest. */
function changedPixels(bytes, rng) {
  if (rng.float() < 0.3) return Buffer.alloc(bytes.length);
  return mutate.mutatedBytes(bytes, rng);
}

const isJson = (bytes) => bytes[0] === 0x7b;

/** A digest of everything in a data set with class folders that training sees. */
export function contentOf(data) {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([data.classes, data.items, [...data.targets.classes], data.size]));
  for (const part of Object.values(data.splits)) hash.update(`${[...part]}`);
  return hash.update(data.store.bytes).digest('hex');
}

/** Files below a folder that match, relative to it. */
export function filesIn(folder, pattern) {
  if (!existsSync(folder)) throw new Error(`no ${basename(folder)} in the corpus`);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1))
    .filter((name) => pattern.test(name))
    .sort();
}
