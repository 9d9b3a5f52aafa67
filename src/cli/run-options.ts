import { InvalidArgumentError, Option, type Command } from 'commander';
import { jsonOption } from './json.js';
import { maskOptions } from './mask-options.js';

/** Options of every command with a run folder, in groups of the help. */
export const runOptions = {
  run(command: Command, budget: string): Command {
    return command
      .optionsGroup('Run:')
      .option('--out <dir>', 'run folder (default: runs/ plus the name of the data)')
      .option('--budget <time>', budget)
      .option('--seed <n>', 'seed of every random choice', number)
      .option('--log <where>', 'also log to tensorboard, or mlflow:ADDRESS (repeatable)', collect)
      .option('--resume', 'continue the interrupted run in --out')
      .option('--overwrite', 'replace the run in --out');
  },
  settings(command: Command): Command {
    return command
      .optionsGroup('Settings:')
      .option('--preset <name>', 'named settings: quick (default), thesis-cifar10, ...')
      .option('--config <file>', 'settings as YAML or JSON (docs/config.md)')
      .option('--set <path=value>', 'set any setting, e.g. --set schedule.warmup=0.1', collect);
  },
  data(command: Command): Command {
    return command
      .optionsGroup('Data:')
      .option(
        '--size <pixels>',
        'size to work at, e.g. 64 or 48x64 (height x width); default: by the images and the budget',
      )
      .addOption(
        new Option('--fit <how>', 'how images of another aspect ratio come to that size').choices([
          'crop',
          'pad',
          'stretch',
        ]),
      )
      .addOption(maskOptions.values())
      .addOption(maskOptions.resize())
      .option(
        '--group-by <pattern>',
        "images that belong together, e.g. '{track}_*.png' or '{patient}/*'",
      )
      .addOption(
        new Option('--on-bad-file <how>', 'what to do with an unreadable file').choices([
          'stop',
          'skip',
        ]),
      );
  },
  training(command: Command): Command {
    return command
      .optionsGroup('Training:')
      .option(
        '--model <name>',
        'efficientnet-lite0 (default from 64 px), resnet-small (default below), resnet18, 50, densenet121, ...',
      )
      .option('--epochs <n>', 'maximum number of epochs', number)
      .option('--batch <n>', 'batch size', number)
      .option('--lr <rate>', 'learning rate', number);
  },
  machine(command: Command): Command {
    return command
      .optionsGroup('Machine:')
      .option('--device <name>', 'auto, cpu, cuda or mps')
      .option('--precision <name>', 'auto, float32 or bfloat16')
      .option('--threads <n>', 'threads of the tensor library', number)
      .option(
        '--workers <n>',
        'threads that decode and augment; results do not depend on it',
        number,
      );
  },
};

/** How `learn` and `judge` print what they have found. */
export function resultOptions(command: Command): Command {
  command.optionsGroup('Output:').option('--details', 'print every figure, and every epoch');
  return jsonOption(command);
}

/** Parses an option's number. */
export function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value))
    throw new InvalidArgumentError('expected a number.');
  return value;
}

/** Gathers an option that may be given several times. */
function collect(text: string, before: string[] = []): string[] {
  return [...before, text];
}
