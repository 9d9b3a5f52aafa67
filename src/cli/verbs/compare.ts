import { Command, Option } from 'commander';
import { jsonOption, printJson } from '../json.js';
import { number, runOptions } from '../run-options.js';
import { settingsFrom, type RunFlags } from '../settings.js';
import { liveOption, watched } from '../watched.js';
import { withProgress } from '../with-progress.js';

/** `compare DATA`: policies against each other. */
export function compareCommand(): Command {
  const command = new Command('compare')
    .description('compare policies over several seeds, each trained on the same number of images')
    .argument('[data]', 'folder of images, .npz file, or KIND:DIR (optional with --resume)');
  runOptions.run(command, 'time for all trainings together; sets the number of epochs');
  liveOption(command);
  command
    .optionsGroup('Arms:')
    .option('--from <run>', '`learn` run that provides the safe sets')
    .option(
      '--arms <names>',
      'policies of `train`, or all+POLICY; `thesis`: those of its tables (default: none, crop and flip, RandAugment and TrivialAugment as published, safe, keep, recommended)',
    )
    .option('--single', 'also train one arm per augmentation and relate it to its verdict')
    .option('--seeds <n>', 'number of trainings per arm (default: 3)', number);
  command
    .optionsGroup('Execution:')
    .option('--jobs <n>', 'arms trained at the same time', number)
    .addOption(
      new Option('--engine <name>', 'run on this machine or on Slurm').choices(['local', 'slurm']),
    );
  runOptions.settings(command);
  runOptions.data(command);
  runOptions.training(command);
  runOptions.machine(command);
  jsonOption(command.optionsGroup('Output:'));
  return command.action(async (data: string | undefined, flags: RunFlags) => {
    const { compareSettings } = await import('../../config/index.js');
    const config = await settingsFrom(compareSettings, data, flags);
    const [{ compare }, { buildReport, textTable }, { showEnd }] = await Promise.all([
      import('../../commands/compare/compare.js'),
      import('../../report/index.js'),
      import('../outcome.js'),
    ]);
    await watched('compare', flags, config, async (watch) => {
      const result = await withProgress(
        (hooks, stop) => compare(config, watch.watching(hooks, stop), { grow: true }),
        flags,
      );
      const report = await buildReport(result.out);
      if (flags.json === true) {
        const { out, seconds, comparison } = result;
        return printJson({ out, seconds, report, ...comparison });
      }
      console.log(`\n${textTable(result.comparison)}\n`);
      showEnd(result.seconds, report);
    });
  });
}
