import { Command, Option } from 'commander';
import type { LearnedPolicy } from '../../config/index.js';
import { UserError } from '../../core/index.js';

const policyFormats = ['albumentations', 'torchvision', 'json'] as const;
const modelFormats = ['onnx', 'safetensors'] as const;
type PolicyFormat = (typeof policyFormats)[number];
type ModelFormat = (typeof modelFormats)[number];

const sets = [
  'safe',
  'safe-v2',
  'keep',
  'keep-v2',
  'recommended',
] as const satisfies readonly LearnedPolicy[];

interface Flags {
  format: PolicyFormat | ModelFormat;
  out?: string;
  set: LearnedPolicy;
}

/** `export RUN`: the policy of a `learn`, or the network of a `train`, for other tools. */
export function exportCommand(): Command {
  return new Command('export')
    .description("write a `learn` run's policy, or a `train` run's network, for other tools")
    .argument('<run>', 'run folder')
    .addOption(
      new Option('--format <name>', 'format of the policy, or of the network (onnx, safetensors)')
        .choices([...policyFormats, ...modelFormats])
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--set <name>', 'set that the policy uses').choices(sets).default('safe-v2'),
    )
    .option('--out <file>', 'output file (default: standard output; networks: the run folder)')
    .action(async (run: string, { format, set, out }: Flags, command: Command) => {
      if (isModel(format)) {
        if (command.getOptionValueSource('set') === 'cli') throw setOfNetwork(format);
        const { exportModel } = await import('../../commands/export.js');
        console.log(exportModel({ run, format, out }));
        return;
      }
      const { exportPolicy } = await import('../../commands/export.js');
      const text = exportPolicy({ run, format, set, out });
      if (out === undefined) process.stdout.write(text);
      else console.log(out);
    });
}

function setOfNetwork(format: ModelFormat): UserError {
  return new UserError('EXPORT_SET', '--set selects a policy, but a network has none.', {
    where: `--format ${format}`,
    expected: `--set with one of: ${policyFormats.join(', ')}`,
    remedy:
      'omit --set, or train with that set and export that run: train DATA --policy safe --from RUN',
  });
}

function isModel(format: Flags['format']): format is ModelFormat {
  return (modelFormats as readonly string[]).includes(format);
}
