import { Command, Option } from 'commander';
import type { LearnConfig, SeveralConfig } from '../config/index.js';
import { settingsOf, type LearnFlags } from './learn-settings.js';
import { number } from './options.js';
import { runOptions } from './run-options.js';

/** `learn DATA...`: which augmentations are safe. */
export function learnCommand(): Command {
  const command = new Command('learn')
    .description('learn from the images which augmentations are safe')
    .argument(
      '[data...]',
      'folder of images, or KIND:DIR; several share one network (none with --resume)',
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
  return command.action(async (data: string[], flags: LearnFlags) => {
    const config = await settingsOf(data, flags);
    const { isSeveral } = await import('../config/index.js');
    return isSeveral(config) ? learnSeveral(config) : learn(config);
  });
}

async function learn(config: LearnConfig): Promise<void> {
  // Loaded here, so that --help and mistakes in the command line answer at once.
  const [{ learn: pipeline }, { buildReport }, { interruptible }, { showEvents }, { showOutcome }] =
    await Promise.all([
      import('../commands/learn/learn.js'),
      import('../report/index.js'),
      import('./interruptible.js'),
      import('./progress.js'),
      import('./outcome.js'),
    ]);
  const show = showEvents();
  const result = await interruptible((signal) =>
    pipeline(config, { onEvent: show.onEvent, signal }),
  ).finally(() => show.end());
  showOutcome(result, await buildReport(result.out));
}

async function learnSeveral(config: SeveralConfig): Promise<void> {
  const [
    { learnSeveral: pipeline },
    { buildReport },
    { interruptible },
    { showEvents },
    { showSeveral },
  ] = await Promise.all([
    import('../commands/learn/learn-several.js'),
    import('../report/index.js'),
    import('./interruptible.js'),
    import('./progress.js'),
    import('./several-outcome.js'),
  ]);
  const show = showEvents();
  const result = await interruptible((signal) =>
    pipeline(config, { onEvent: show.onEvent, signal }),
  ).finally(() => show.end());
  showSeveral(result, await buildReport(result.out));
}
