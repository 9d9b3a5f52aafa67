import { Command, InvalidArgumentError, Option } from 'commander';
import {
  policyFormatNames,
  policyFormats,
  type AlbumentationsRelease,
  type ExportedPolicy,
} from '../../augment/index.js';
import type { ExportTarget } from '../../commands/export.js';
import { learnedPolicies, type LearnedPolicy } from '../../config/index.js';
import { closest, UserError } from '../../core/index.js';

const modelFormats = ['onnx', 'safetensors'] as const;
type ModelFormat = (typeof modelFormats)[number];
type Format = ExportTarget | ModelFormat;

/** The two that always were come first. */
const [albumentations, torchvision, ...tools] = policyFormatNames;
const policyTargets: readonly ExportTarget[] = [
  ...[albumentations, torchvision],
  'json',
  ...tools,
  'albumentations-json',
];
const formats: readonly Format[] = [...policyTargets, ...modelFormats];

interface Flags {
  format: Format;
  out?: string;
  set: LearnedPolicy;
  epochs?: number;
  release: AlbumentationsRelease;
  json?: boolean;
}

/** `export RUN`: the policy of a `learn`, or the network of a `train`, for other tools. */
export function exportCommand(): Command {
  return new Command('export')
    .description("write a `learn` run's policy, or a `train` run's network, for other tools")
    .argument('<run>', 'run folder')
    .addOption(
      new Option('--format <name>', `one of: ${formats.join(', ')}`)
        .argParser(readFormat)
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--set <name>', 'set that the policy uses')
        .choices(learnedPolicies)
        .default('safe-v2'),
    )
    .addOption(
      new Option(
        '--epochs <n>',
        'epochs of the training that it is for: from 100 on, recommended may draw more',
      ).argParser(readEpochs),
    )
    .addOption(
      new Option('--release <name>', 'release of Albumentations that loads albumentations-json')
        .choices(['1.3', '1.4', '2.0'])
        .default('2.0'),
    )
    .option('--out <file>', 'output file (default: standard output; networks: the run folder)')
    .option(
      '--json',
      'print what was written as JSON: format, set, out, text, approximate, omitted',
    )
    .addHelpText('after', `\nFormats of policies\n${formatLines()}`)
    .action(async (run: string, flags: Flags, command: Command) => {
      const { format, set, epochs, out } = flags;
      if (isModel(format)) {
        if (command.getOptionValueSource('set') === 'cli') throw setOfNetwork(format);
        const { exportModel } = await import('../../commands/export.js');
        const path = exportModel({ run, format, out });
        console.log(flags.json ? JSON.stringify({ format, out: path }) : path);
        return;
      }
      const { policyExport } = await import('../../commands/export.js');
      const exported = policyExport({ run, format, set, epochs, release: flags.release, out });
      if (flags.json) {
        console.log(JSON.stringify({ format, set, out: out ?? null, ...exported }, null, 2));
        return;
      }
      if (out === undefined) process.stdout.write(exported.text);
      else console.log(out);
      showDifferences(exported);
    });
}

/** What the other tool does differently, apart from the policy itself, which may go into a file. */
function showDifferences({ approximate, omitted }: ExportedPolicy): void {
  for (const [title, differences] of [
    ['Nearly as in the policy', approximate],
    ['Left out', omitted],
  ] as const)
    if (differences.length > 0) {
      console.error(`${title}:`);
      for (const { name, difference } of differences) console.error(`  ${name}: ${difference}.`);
    }
}

function readFormat(name: string): Format {
  const known = formats.find((format) => format === name);
  if (known !== undefined) return known;
  const near = closest(name, formats);
  const advice = near === undefined ? '' : ` Did you mean ${near}?`;
  throw new InvalidArgumentError(`Allowed choices are ${formats.join(', ')}.${advice}`);
}

function readEpochs(text: string): number {
  const epochs = Number(text);
  if (Number.isInteger(epochs) && epochs > 0) return epochs;
  throw new InvalidArgumentError('Expected a whole number of epochs, such as 200.');
}

/** The table of formats, as help shows it. */
function formatLines(): string {
  const widest = Math.max(...policyTargets.map((name) => name.length));
  const rows: (readonly [string, string])[] = [
    ...policyFormatNames.map((name) => [name, policyFormats[name].content] as const),
    ['albumentations-json', 'JSON: what albumentations.load reads; also where --out ends in .json'],
    ['json', 'JSON: our own, for train --policy FILE'],
  ];
  return rows.map(([name, content]) => `  ${name.padEnd(widest)}  ${content}`).join('\n');
}

function setOfNetwork(format: ModelFormat): UserError {
  return new UserError('EXPORT_SET', '--set selects a policy, but a network has none.', {
    where: `--format ${format}`,
    expected: `--set with one of: ${policyTargets.join(', ')}`,
    remedy:
      'omit --set, or train with that set and export that run: train DATA --policy safe --from RUN',
  });
}

function isModel(format: Format): format is ModelFormat {
  return (modelFormats as readonly string[]).includes(format);
}
