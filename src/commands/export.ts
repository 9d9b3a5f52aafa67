import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  exportAlbumentationsFile,
  exportPolicyAs,
  isEmptyPolicy,
  parsePolicy,
  policyFormats,
  type AlbumentationsRelease,
  type ExportedPolicy,
  type PolicyFormatName,
} from '../augment/index.js';
import type { LearnedPolicy } from '../config/index.js';
import {
  packageVersion,
  readRegularFile,
  shellWord,
  UserError,
  writeAtomic,
} from '../core/index.js';
import { saveWeights, toOnnx } from '../models/index.js';
import {
  exportablePolicy,
  learnedSetsIn,
  manifestSchema,
  policyFileSchema,
  readRunFile,
  recommendedAt,
  refuseRunFiles,
  requireLearned,
  runFiles,
  setIn,
  type PolicyFile,
} from '../run/files/index.js';
import { openTrained } from '../run/trained.js';

/** What a policy is written for: a tool, the file of `albumentations.load`, or our own JSON. */
export type ExportTarget = PolicyFormatName | 'albumentations-json' | 'json';

export interface ExportPolicyOptions {
  /** Run folder. */
  readonly run: string;
  readonly format: ExportTarget;
  readonly set: LearnedPolicy;
  /** Of the training that it is for, which `recommended` depends on; default: a short one. */
  readonly epochs?: number;
  /** Of Albumentations, for `albumentations-json`; default 2.0. */
  readonly release?: AlbumentationsRelease;
  /** Also written there. */
  readonly out?: string;
}

/** The text alone of `policyExport`. */
export function exportPolicy(options: ExportPolicyOptions): string {
  return policyExport(options).text;
}

/**
 * A run's policy for another tool, with what that tool cannot be told or does only nearly.
 *
 * `albumentations` is Python; where `out` ends in `.json` it is the file that `albumentations.load` reads.
 *
 * @throws UserError `RUN_INCOMPLETE`, `RUN_KIND`, `RUN_DAMAGED`, `OUTPUT_IN_RUN`, `OUTPUT_EXISTS`, `POLICY_OLD`, `EXPORT_EMPTY`
 */
export function policyExport({
  run,
  format,
  set,
  epochs = 1,
  release = '2.0',
  out,
}: ExportPolicyOptions): ExportedPolicy {
  requireLearned(run, 'use --format onnx or safetensors for its network');
  if (out !== undefined) refuseRunFiles([out]);
  const file = forEpochs(readRunFile(run, 'policy', policyFileSchema), epochs);
  const asFile = format === 'albumentations' && out?.toLowerCase().endsWith('.json') === true;
  const exported =
    format === 'json'
      ? { text: ownJson(file, set, run), approximate: [], omitted: [] }
      : inWordsOf(asFile ? 'albumentations-json' : format, { file, set, run, release });
  if (out !== undefined && !isThere(out, exported.text)) writeAtomic(out, exported.text);
  return exported;
}

/** The policies for a training of so many epochs. */
function forEpochs(file: PolicyFile, epochs: number): PolicyFile {
  const { recommended } = file;
  if (recommended === undefined) return file;
  return { ...file, recommended: { ...recommended, policy: recommendedAt(recommended, epochs) } };
}

/** Whether the file is there already, as an earlier call wrote it. @throws UserError `OUTPUT_EXISTS` where it is another one */
function isThere(out: string, text: string): boolean {
  if (!existsSync(out)) return false;
  if (holds(out, text)) return true;
  throw new UserError('OUTPUT_EXISTS', 'The output file already exists.', {
    where: out,
    expected: 'a name that is free',
    got: 'another file, or a folder',
    remedy: 'choose another name, or remove it first',
  });
}

function holds(path: string, text: string): boolean {
  try {
    return readRegularFile(path).toString() === text;
  } catch {
    return false;
  }
}

/** Our own JSON. Of the recommended policies it is the first, which is nearly all of the training. */
function ownJson(file: PolicyFile, set: LearnedPolicy, run: string): string {
  const { height, width } = file;
  const found = setIn(file, set, run);
  const plain =
    'policy' in found ? parsePolicy(found.policy) : { version: 1, height, width, ...found };
  return `${JSON.stringify(plain, null, 2)}\n`;
}

interface Wanted {
  readonly file: PolicyFile;
  readonly set: LearnedPolicy;
  readonly run: string;
  readonly release: AlbumentationsRelease;
}

function inWordsOf(format: Exclude<ExportTarget, 'json'>, wanted: Wanted): ExportedPolicy {
  const { file, set, run, release } = wanted;
  const manifest = existsSync(join(run, runFiles.manifest))
    ? readRunFile(run, 'manifest', manifestSchema)
    : undefined;
  const policyOf = (name: LearnedPolicy) => exportablePolicy(file, name, run, manifest);
  const exported = policyOf(set);
  const saysNothing = format !== 'albumentations-json' && policyFormats[format].sayingNothing;
  if (isEmptyPolicy(exported.policy) && !saysNothing) {
    const others = learnedSetsIn(file).filter((name) => !isEmptyPolicy(policyOf(name).policy));
    throw new UserError('EXPORT_EMPTY', `The set ${set} contains no augmentation.`, {
      where: run,
      expected: 'a set with at least one augmentation',
      got: `${set}: none`,
      remedy:
        others.length === 0
          ? 'train without augmentation; --format ultralytics and timm say so to these tools'
          : `--set ${others.join(' or ')}: safe-augment export ${shellWord(run)} --format ${format} --set ${others[0]}`,
    });
  }
  return format === 'albumentations-json'
    ? exportAlbumentationsFile(exported, release)
    : exportPolicyAs(format, exported);
}

export interface ExportModelOptions {
  /** Run folder of a `train`. */
  readonly run: string;
  readonly format: 'onnx' | 'safetensors';
  /** Default: `model.onnx` or `model.safetensors` in the run folder. */
  readonly out?: string;
}

/**
 * Writes a run's network for other programs.
 *
 * - `onnx`: input `images`, float32 `[N,3,H,W]`, RGB in [0, 1]; output `logits`, `[N,classes]`. Class
 *   names are in the metadata, and how images came to H and W (`fit`), for masks with the value of each class in the mask files (`values`, or `colours`); the network includes
 *   the normalisation.
 * - `safetensors`: the weights alone, under torchvision's names where torchvision has the network.
 *
 * @returns the path written
 * @throws UserError `RUN_*`, `CHECKPOINT_*`, `OUTPUT_IN_RUN`
 */
export function exportModel({ run, format, out }: ExportModelOptions): string {
  const path = out ?? join(run, `model.${format}`);
  refuseRunFiles([path]);
  const trained = openTrained(run, 'cpu');
  const { model, config, manifest, classes, channels, size, fit, normalisation } = trained;
  const { values, colours, coloured = false } = manifest.data.segmentation ?? {};
  const metadata = {
    classes: JSON.stringify(classes),
    ...(values && !coloured && { values: JSON.stringify(values) }),
    ...(coloured && { colours: JSON.stringify(colours) }),
    model: JSON.stringify(config.model),
    fit,
    mean: JSON.stringify(normalisation.mean),
    std: JSON.stringify(normalisation.std),
  };
  try {
    if (format === 'safetensors') saveWeights(path, model, metadata);
    else
      writeAtomic(
        path,
        toOnnx({
          model: model.setPrecision('float32'),
          forward: (x) => model.forward(x).task,
          channels,
          ...size,
          normalisation,
          outputName: 'logits',
          metadata,
          version: packageVersion(),
        }),
      );
  } finally {
    model.free();
  }
  return path;
}
