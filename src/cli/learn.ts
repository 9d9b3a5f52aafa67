import { Command, Option } from 'commander';
import type { LearnConfig } from '../config/index.js';
import { settingsOf, type LearnFlags } from './learn-settings.js';
import { collect, number } from './options.js';

/** `learn DATA`: which augmentations are safe. */
export function learnCommand(): Command {
  const command = new Command('learn')
    .description('learn from the images which augmentations are safe')
    .argument('[data]', 'folder of images, or KIND:DIR (may be left out with --resume)');
  command
    .optionsGroup('Run:')
    .option('--out <dir>', 'run folder (default: runs/ and the name of the data)')
    .option('--budget <time>', 'time for the run, e.g. 20m or 1h30m; epochs are chosen to fit')
    .option('--seed <n>', 'fixes every random choice', number)
    .option('--resume', 'go on with the interrupted run in --out')
    .option('--overwrite', 'replace the run in --out');
  command
    .optionsGroup('Settings:')
    .option('--preset <name>', 'group of settings: quick (default), demo, thesis-cifar10, ...')
    .option('--config <file>', 'settings as YAML or JSON (docs/config.md)')
    .option('--set <path=value>', 'any setting, e.g. --set schedule.warmup=0.1', collect);
  command
    .optionsGroup('Data:')
    .option('--size <pixels>', 'resize every image, e.g. 64 or 48x64 (height x width)')
    .addOption(new Option('--on-bad-file <how>', 'a broken file').choices(['stop', 'skip']))
    .option('--augmentations <names>', 'only these, with commas between');
  command
    .optionsGroup('Training:')
    .option('--model <name>', 'resnet-small (default) or densenet121, 169, 201, 161')
    .option('--epochs <n>', 'passes over the training images, at most', number)
    .option('--batch <n>', 'images a step', number)
    .option('--lr <rate>', 'learning rate', number);
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
  command
    .optionsGroup('Machine:')
    .option('--device <name>', 'auto, cpu, cuda or mps')
    .option('--threads <n>', 'threads of the tensor library', number)
    .option('--workers <n>', 'threads that decode and augment; never changes results', number);
  return command.action(async (data: string | undefined, flags: LearnFlags) =>
    learn(await settingsOf(data, flags)),
  );
}

async function learn(config: LearnConfig): Promise<void> {
  // Loaded here, so that --help and mistakes in the command line answer at once.
  const [{ learn: pipeline }, { buildReport }, { interruptible }, { showEvents }, { showOutcome }] =
    await Promise.all([
      import('../pipelines/learn.js'),
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
