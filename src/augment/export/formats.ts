import { exportAlbumentations } from '../policy/albumentations-write.js';
import type { AlbumentationsRelease } from '../definition/albumentations-form.js';
import type { Policy, PolicyNode } from '../transform.js';
import { noteDifferences } from './albumentations-differences.js';
import { albumentationsModule } from './albumentations.js';
import { Differences, type ExportablePolicy, type ExportedPolicy } from './exported.js';
import { kerasModule } from './keras/keras.js';
import { korniaModule } from './kornia/kornia.js';
import { monaiModule } from './monai.js';
import { timmArguments } from './timm.js';
import { autogluonModule } from './torchvision/autogluon.js';
import { fastaiModule } from './torchvision/fastai.js';
import { torchvisionModule } from './torchvision/torchvision.js';
import { ultralyticsArguments } from './ultralytics.js';

/** A tool that policies are written for. */
export interface PolicyFormat {
  /** What the tool is called. */
  readonly title: string;
  /** What the file is called where nobody says otherwise. */
  readonly file: string;
  /** What it contains, in a few words. */
  readonly content: string;
  /** True where a policy without content says something: that everything is off. */
  readonly sayingNothing: boolean;
  write(exported: ExportablePolicy): ExportedPolicy;
}

/** All formats of policies by name, apart from our own JSON: what the command line, its help and the report read. */
export const policyFormats = {
  albumentations: {
    title: 'Albumentations',
    file: 'policy.py',
    content: 'Python: transform',
    sayingNothing: false,
    write: albumentationsModule,
  },
  torchvision: {
    title: 'torchvision',
    file: 'policy.py',
    content: 'Python: transform, for transforms.v2',
    sayingNothing: false,
    write: torchvisionModule,
  },
  ultralytics: {
    title: 'Ultralytics',
    file: 'policy.yaml',
    content: 'YAML: arguments of training',
    sayingNothing: true,
    write: ultralyticsArguments,
  },
  timm: {
    title: 'timm',
    file: 'policy.py',
    content: 'Python: arguments of create_transform, flags of train.py',
    sayingNothing: true,
    write: timmArguments,
  },
  keras: {
    title: 'Keras',
    file: 'policy.py',
    content: 'Python: transform, a layer',
    sayingNothing: false,
    write: kerasModule,
  },
  kornia: {
    title: 'Kornia',
    file: 'policy.py',
    content: 'Python: transform, on batches',
    sayingNothing: false,
    write: korniaModule,
  },
  monai: {
    title: 'MONAI',
    file: 'policy.py',
    content: 'Python: transform, on dictionaries',
    sayingNothing: false,
    write: monaiModule,
  },
  fastai: {
    title: 'fastai',
    file: 'policy.py',
    content: 'Python: item_transform',
    sayingNothing: false,
    write: fastaiModule,
  },
  autogluon: {
    title: 'AutoGluon',
    file: 'policy.py',
    content: 'Python: hyperparameters',
    sayingNothing: false,
    write: autogluonModule,
  },
} as const satisfies Record<string, PolicyFormat>;

export type PolicyFormatName = keyof typeof policyFormats;
export const policyFormatNames = Object.keys(policyFormats) as PolicyFormatName[];

/** A policy in another tool's words. @throws UserError `EXPORT_POLICY` */
export function exportPolicyAs(
  format: PolicyFormatName,
  exported: ExportablePolicy,
): ExportedPolicy {
  const { text, approximate, omitted } = policyFormats[format].write(exported);
  return { text, approximate, omitted: [...(exported.omitted ?? []), ...omitted] };
}

/**
 * A policy as the file that `albumentations.load` reads, of one release.
 *
 * @throws UserError `POLICY` for old semantics
 */
export function exportAlbumentationsFile(
  { policy, last, size, omitted = [] }: ExportablePolicy,
  release: AlbumentationsRelease,
): ExportedPolicy {
  const notes = new Differences();
  for (const { name, difference } of omitted) notes.leftOut(name, difference);
  if (last !== undefined)
    notes.leftOut('the last epochs', 'a file holds one policy; the last epochs have the safe set');
  if (release === '1.4')
    notes.nearly('a random subset', 'later releases of 1.4 use its members in the listed order');
  const { file, missing } = exportAlbumentations(policy, size, release);
  for (const name of namesOf(policy.root))
    if (missing.includes(name)) notes.leftOut(name, `Albumentations ${release} has no equivalent`);
    else noteDifferences(name, notes, release);
  return { text: `${JSON.stringify(file, null, 2)}\n`, ...notes };
}

/** Whether a policy leaves all images as they are. */
export function isEmptyPolicy({ root }: Policy): boolean {
  const isEmpty = (node: PolicyNode): boolean =>
    node.p === 0 || (node.kind !== 'transform' && node.members.every(isEmpty));
  return isEmpty(root);
}

function namesOf(node: PolicyNode): string[] {
  return node.kind === 'transform' ? [node.name] : node.members.flatMap(namesOf);
}
