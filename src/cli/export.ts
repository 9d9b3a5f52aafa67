import { Command, Option } from 'commander';

interface Flags {
  format: 'albumentations' | 'torchvision' | 'json';
  out?: string;
  set: 'safe' | 'safe-v2';
}

/** `export RUN`: the policy for other tools. */
export function exportCommand(): Command {
  return new Command('export')
    .description('write the policy of a run for other tools')
    .argument('<run>', 'run folder')
    .addOption(
      new Option('--format <name>', 'what to write')
        .choices(['albumentations', 'torchvision', 'json'])
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--set <name>', 'which set').choices(['safe', 'safe-v2']).default('safe-v2'),
    )
    .option('--out <file>', 'file to write (default: standard output)')
    .action(async (run: string, flags: Flags) => {
      const { exportPolicy } = await import('../pipelines/export.js');
      const text = exportPolicy({ run, ...flags });
      if (flags.out === undefined) process.stdout.write(text);
      else console.log(flags.out);
    });
}
