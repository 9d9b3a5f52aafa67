import { Command } from 'commander';
import { runOptions } from '../run-options.js';
import { settingsFrom, type RunFlags } from '../settings.js';
import { withProgress } from '../with-progress.js';

/** `train DATA`: a network with a policy. */
export function trainCommand(): Command {
  const command = new Command('train')
    .description('train and test a network with a policy')
    .argument('[data]', 'folder of images, .npz file, or KIND:DIR (optional with --resume)');
  runOptions.run(command, 'time for the run, e.g. 20m or 1h30m; sets the number of epochs');
  command
    .optionsGroup('Policy:')
    .option(
      '--policy <name>',
      'none, all, safe, safe-v2, keep, keep-v2, recommended, a baseline such as standard or crop-flip-trivialaugment, an augmentation, or a policy file',
    )
    .option('--from <run>', '`learn` run that provides the set')
    .option('--init <run>', 'start from this run’s weights (fine-tuning)');
  runOptions.settings(command);
  runOptions.data(command);
  runOptions.training(command);
  runOptions.machine(command);
  return command.action(async (data: string | undefined, flags: RunFlags) => {
    const { trainSettings } = await import('../../config/index.js');
    const config = await settingsFrom(trainSettings, data, flags);
    const [{ train }, { buildReport }, { showTrained }] = await Promise.all([
      import('../../commands/train/train.js'),
      import('../../report/index.js'),
      import('../outcome.js'),
    ]);
    const result = await withProgress((hooks) => train(config, hooks));
    showTrained(result, await buildReport(result.out));
  });
}
