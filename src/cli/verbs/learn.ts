import { Command, Option } from 'commander';
import { number, resultOptions, runOptions } from '../run-options.js';
import { settingsFrom, type RunFlags } from '../settings.js';
import { liveOption, watched } from '../watched.js';
import { withProgress } from '../with-progress.js';

/** `learn DATA...`: which augmentations are safe. */
export function learnCommand(): Command {
  const command = new Command('learn')
    .description('learn which augmentations are safe for your images')
    .argument(
      '[data...]',
      'folder of images, .npz file, or KIND:DIR; two or more share one network (omit with --resume)',
    );
  runOptions.run(command, 'time for the run, e.g. 20m or 1h30m; sets the number of epochs');
  liveOption(command);
  runOptions.settings(command);
  runOptions
    .data(command)
    .option(
      '--augmentations <names>',
      'judge only these, separated by commas; wide: 28 instead of the usual 15',
    );
  runOptions.training(command);
  command
    .optionsGroup('Verdicts:')
    .addOption(
      new Option(
        '--rule <name>',
        'compare the interval of J with delta, or use the thesis’s thresholds',
      ).choices(['equivalence', 'thesis']),
    )
    .option('--delta <j>', 'upper bound on J for safe (default: from the controls)', number)
    .option('--thesis-tpr <rate>', 'rule thesis: highest recognition rate at 0.5', number)
    .option('--thesis-fpr <rate>', 'rule thesis: highest false-positive rate at 0.5', number)
    .option('--no-controls', 'do not train controls; requires --delta');
  runOptions.machine(command);
  resultOptions(command);
  return command.action(async (data: string[], flags: RunFlags) => {
    const { learnSettings } = await import('../../config/index.js');
    const config = await settingsFrom(learnSettings, data.length > 0 ? data : undefined, flags);
    const [{ learn }, { buildReport }, { showLearned }] = await Promise.all([
      import('../../commands/learn/learn.js'),
      import('../../report/index.js'),
      import('../outcome.js'),
    ]);
    await watched('learn', flags, config, async (watch) => {
      const options = { samplesFirst: watch.isOn };
      const result = await withProgress(
        (hooks, stop) => learn(config, watch.watching(hooks, stop), options),
        flags,
      );
      showLearned(result, await buildReport(result.out), flags);
    });
  });
}
