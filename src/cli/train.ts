import { Command } from 'commander';
import type { TrainConfig, TrainInput } from '../config/index.js';
import { runOptions } from './run-options.js';
import { settingsFrom, without, type RunFlags } from './settings.js';

interface TrainFlags extends RunFlags {
  model?: string;
  lr?: number;
}

/** `train DATA`: a network with a policy. */
export function trainCommand(): Command {
  const command = new Command('train')
    .description('train a network with a policy, and test it')
    .argument('[data]', 'folder of images, or KIND:DIR (may be left out with --resume)');
  runOptions.run(command, 'time for the run, e.g. 20m or 1h30m; epochs are chosen to fit');
  command
    .optionsGroup('Policy:')
    .option(
      '--policy <name>',
      'none, all, safe, safe-v2, randaugment, trivialaugment, standard, or a policy file',
    )
    .option('--from <run>', 'the learn run whose safe set is used')
    .option('--init <run>', 'start from this run’s best weights (fine-tuning)');
  runOptions.settings(command);
  runOptions.data(command);
  runOptions.training(command);
  runOptions.machine(command);
  return command.action(async (data: string | undefined, flags: TrainFlags) =>
    train(await settingsOf(data, flags)),
  );
}

async function settingsOf(data: string | undefined, flags: TrainFlags): Promise<TrainConfig> {
  const { readTrainConfig, resolveTrainConfig } = await import('../config/index.js');
  const { model, lr } = flags;
  return settingsFrom(
    {
      resolve: ({ flags: given, ...from }) =>
        resolveTrainConfig({ ...from, flags: given as TrainInput }),
      read: readTrainConfig,
    },
    flags,
    {
      ...without(flags, ['model', 'lr']),
      data,
      ...(model !== undefined && { model: { name: model } }),
      ...(lr !== undefined && { optimiser: { lr } }),
    },
  );
}

async function train(config: TrainConfig): Promise<void> {
  // Loaded here, so that --help and mistakes in the command line answer at once.
  const [{ train: pipeline }, { buildReport }, { interruptible }, { showEvents }, { showResult }] =
    await Promise.all([
      import('../commands/train/train.js'),
      import('../report/index.js'),
      import('./interruptible.js'),
      import('./progress.js'),
      import('./training-outcome.js'),
    ]);
  const show = showEvents();
  const result = await interruptible((signal) =>
    pipeline(config, { onEvent: show.onEvent, signal }),
  ).finally(() => show.end());
  showResult(result, await buildReport(result.out));
}
