import { Command, Option } from 'commander';
import type { CompareConfig, CompareInput } from '../config/index.js';
import { number } from './options.js';
import { runOptions } from './run-options.js';
import { nameList, settingsFrom, without, type RunFlags } from './settings.js';

interface CompareFlags extends RunFlags {
  model?: string;
  lr?: number;
  arms?: string;
}

/** `compare DATA`: policies against each other. */
export function compareCommand(): Command {
  const command = new Command('compare')
    .description('compare policies over several seeds with the same number of images')
    .argument('[data]', 'folder of images, or KIND:DIR (may be left out with --resume)');
  runOptions.run(command, 'time for all trainings together; epochs are chosen to fit');
  command
    .optionsGroup('Arms:')
    .option('--from <run>', 'the learn run whose safe sets are compared')
    .option('--arms <names>', 'policies of train, or all+POLICY; default: those of the thesis')
    .option('--single', 'an arm for every single augmentation too, set against its verdict')
    .option('--seeds <n>', 'trainings of each arm (default: 3)', number);
  command
    .optionsGroup('Where:')
    .option('--jobs <n>', 'arms trained side by side', number)
    .addOption(new Option('--engine <name>', 'this machine, or Slurm').choices(['local', 'slurm']));
  runOptions.settings(command);
  runOptions.data(command);
  runOptions.training(command);
  runOptions.machine(command);
  return command.action(async (data: string | undefined, flags: CompareFlags) =>
    compare(await settingsOf(data, flags)),
  );
}

async function settingsOf(data: string | undefined, flags: CompareFlags): Promise<CompareConfig> {
  const { readCompareConfig, resolveCompareConfig } = await import('../config/index.js');
  const { model, lr, arms } = flags;
  const config = await settingsFrom(
    {
      resolve: ({ flags: given, ...from }) =>
        resolveCompareConfig({ ...from, flags: given as CompareInput }),
      read: readCompareConfig,
    },
    flags,
    {
      ...without(flags, ['model', 'lr', 'arms']),
      data,
      ...(model !== undefined && { model: { name: model } }),
      ...(lr !== undefined && { optimiser: { lr } }),
      ...(arms !== undefined && { arms: nameList(arms) }),
    },
  );
  // A comparison may go on in another way than it was begun.
  const { jobs, engine } = flags as Partial<CompareConfig>;
  return { ...config, jobs: jobs ?? config.jobs, engine: engine ?? config.engine };
}

async function compare(config: CompareConfig): Promise<void> {
  const [{ compare: pipeline }, { buildReport, textTable }, { interruptible }, { showEvents }] =
    await Promise.all([
      import('../commands/compare/compare.js'),
      import('../report/index.js'),
      import('./interruptible.js'),
      import('./progress.js'),
    ]);
  const { formatDuration } = await import('../core/index.js');
  const show = showEvents();
  const result = await interruptible((signal) =>
    pipeline(config, { onEvent: show.onEvent, signal }),
  ).finally(() => show.end());
  const report = await buildReport(result.out);
  console.log(`\n${textTable(result.comparison)}\n`);
  console.log(`Done in ${formatDuration(result.seconds)}.`);
  console.log(`Report: ${report}`);
}
