import { Command } from 'commander';
import { launchOf, type Launch } from '../../run/processes/launch.js';
import { jsonOption, printJson } from '../json.js';
import { runOptions } from '../run-options.js';
import { settingsFrom, type RunFlags } from '../settings.js';
import { liveOption, watched } from '../watched.js';
import { interruptible, withProgress } from '../with-progress.js';

/** `train DATA`: a network with a policy. */
export function trainCommand(): Command {
  const command = new Command('train')
    .description('train and test a network with a policy')
    .argument('[data]', 'folder of images, .npz file, or KIND:DIR (optional with --resume)');
  runOptions.run(command, 'time for the run, e.g. 20m or 1h30m; sets the number of epochs');
  liveOption(command);
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
  jsonOption(command.optionsGroup('Output:'));
  return command.action(async (data: string | undefined, flags: RunFlags) => {
    const launch = launchOf();
    if (launch.rank > 0) return follow(launch);
    // Alone, what is wrong with the settings shows before the engine is loaded.
    const settings = launch.size === 1 ? await settingsHere(launch, data, flags) : undefined;
    const [{ train }, { buildReport }, { showTrained }] = await Promise.all([
      import('../../commands/train/train.js'),
      import('../../report/index.js'),
      import('../outcome.js'),
    ]);
    await watched('train', flags, settings, async (watch) => {
      const samplesFirst = watch.isOn;
      const result = await withProgress(async (own, stop) => {
        const hooks = watch.watching(own, stop);
        if (settings !== undefined) return train(settings, hooks, { samplesFirst });
        const { inProcesses } = await import('../../run/processes/in-processes.js');
        return inProcesses(launch, hooks.signal, async (group, signal) => {
          const config = await settingsHere(launch, data, flags);
          watch.describe(config);
          return train(config, { ...hooks, signal }, { group, samplesFirst });
        });
      }, flags);
      const report = await buildReport(result.out);
      if (flags.json === true) printJson({ out: result.out, report, ...result.result });
      else showTrained(result, report);
    });
  });
}

/** The settings of the command line; a run that this launch began before it failed goes on. */
async function settingsHere(launch: Launch, data: string | undefined, flags: RunFlags) {
  const [{ trainSettings }, { goesOn }] = await Promise.all([
    import('../../config/index.js'),
    import('../../run/processes/restart.js'),
  ]);
  const config = await settingsFrom(trainSettings, data, flags);
  const { out, resume } = config;
  if (resume || !goesOn(out, launch)) return config;
  return settingsFrom(trainSettings, data, { ...flags, out, resume: true, overwrite: undefined });
}

/** Trains along with process 0, which alone has settings and says what is done. */
async function follow(launch: Launch): Promise<void> {
  const [{ inProcesses }, { followTraining }] = await Promise.all([
    import('../../run/processes/in-processes.js'),
    import('../../commands/train/follow.js'),
  ]);
  await interruptible((signal) => inProcesses(launch, signal, followTraining), true);
}
