import { Command, Option } from 'commander';
import { number, runOptions } from '../run-options.js';
import { settingsFrom, type RunFlags } from '../settings.js';
import { withProgress } from '../with-progress.js';

/** `learn DATA...`: which augmentations are safe. */
export function learnCommand(): Command {
  const command = new Command('learn')
    .description('learn from the images which augmentations are safe')
    .argument(
      '[data...]',
      'folder of images, or KIND:DIR; two or more share one network (none with --resume)',
    );
  runOptions.run(command, 'time for the run, e.g. 20m or 1h30m; epochs are chosen to fit');
  runOptions.settings(command);
  runOptions.data(command).option('--augmentations <names>', 'only these, with commas between');
  runOptions.training(command);
  command
    .optionsGroup('Verdicts:')
    .addOption(
      new Option(
        '--rule <name>',
        'interval of J against delta, or the thesis’s thresholds',
      ).choices(['equivalence', 'thesis']),
    )
    .option('--delta <j>', 'largest J still called safe (default: from the controls)', number)
    .option('--thesis-tpr <rate>', 'rule thesis: highest recognition rate at 0.5', number)
    .option('--thesis-fpr <rate>', 'rule thesis: highest false-positive rate at 0.5', number)
    .option('--no-controls', 'train no controls; needs --delta');
  runOptions.machine(command);
  return command.action(async (data: string[], flags: RunFlags) => {
    const { learnSettings } = await import('../../config/index.js');
    const config = await settingsFrom(learnSettings, data.length > 0 ? data : undefined, flags);
    const [{ learn }, { buildReport }, { showLearned }] = await Promise.all([
      import('../../commands/learn/learn.js'),
      import('../../report/index.js'),
      import('../outcome.js'),
    ]);
    const result = await withProgress((hooks) => learn(config, hooks));
    showLearned(result, await buildReport(result.out));
  });
}
