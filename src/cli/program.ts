import { Command } from 'commander';
import { packageFacts, UserError } from '../core/index.js';
import { launchOf } from '../run/processes/launch.js';
import { applyCommand } from './verbs/apply.js';
import { armCommand } from './verbs/arm.js';
import { checkCommand } from './verbs/check.js';
import { compareCommand } from './verbs/compare.js';
import { completionCommand } from './verbs/completion.js';
import { doctorCommand } from './verbs/doctor.js';
import { downloadCommand } from './verbs/download.js';
import { exportCommand } from './verbs/export.js';
import { judgeCommand } from './verbs/judge.js';
import { learnCommand } from './verbs/learn.js';
import { previewCommand } from './verbs/preview.js';
import { reportCommand } from './verbs/report.js';
import { predictCommand } from './verbs/predict.js';
import { recommendCommand } from './verbs/recommend/recommend.js';
import { trainCommand } from './verbs/train.js';

/** Commands that write a run folder by themselves, which several processes would fight for. */
const inOneProcess = ['learn', 'judge', 'compare'];

/** @throws UserError `PROCESSES_COMMAND` */
function refuseSeveral(command: string): void {
  if (!inOneProcess.includes(command)) return;
  const { size } = launchOf();
  if (size === 1) return;
  throw new UserError('PROCESSES_COMMAND', `\`${command}\` runs in one process.`, {
    expected: '`train`, which several processes can do together',
    got: `\`${command}\` in ${size} processes`,
    remedy: 'start it without torchrun or srun, or with one task',
  });
}

/** The command line: one file a command. @param silent writes no messages of its own. Default false */
export function program(silent = false): Command {
  const root = commandLine();
  root.addCommand(completionCommand(program).exitOverride().showSuggestionAfterError());
  root.addCommand(armCommand().exitOverride(), { hidden: true });
  if (silent)
    for (const command of [root, ...root.commands])
      command.configureOutput({ writeOut: () => {}, writeErr: () => {} });
  return root;
}

/** Every command that people type, but for that of completions. */
function commandLine(): Command {
  const { version, description } = packageFacts();
  const root = new Command('safe-augment')
    .description(description)
    .version(version)
    .exitOverride()
    .showSuggestionAfterError()
    // The process is ours; only now, since help needs no decoder.
    .hook('preAction', async (_root, action) => {
      refuseSeveral(action.name());
      // It says so where the decoder is missing.
      if (action.name() === 'doctor') return;
      (await import('../image/settle-sharp.js')).settleSharp();
    })
    .showHelpAfterError('(--help lists commands and options)')
    .addHelpText(
      'after',
      `
DATA is a folder or an .npz file (its kind is detected), or KIND:DIR
  folder:photos        one folder per class, with or without train/val/test
  table:photos         images and a table of their classes, file,label
  multi-label:photos   images and a table of their labels, labels.csv
  pairs:photos         images and masks
  npz:photos.npz       one NumPy file, as of MedMNIST
  cifar10:DIR, cifar100:DIR, svhn:DIR, tiny-imagenet:DIR, camvid:DIR, cityscapes:DIR

Examples
  safe-augment learn photos --budget 20m
  safe-augment judge runs/photos other-photos
  safe-augment learn photos other-photos --out runs/both
  safe-augment recommend runs/photos --budget 1h
  safe-augment train photos --policy safe-v2 --from runs/photos
  safe-augment compare photos --from runs/photos --budget 2h
  safe-augment preview photos --out sheet.png
  safe-augment export runs/photos --format albumentations
  safe-augment check runs/photos --recipe ultralytics`,
    );
  for (const command of [
    learnCommand(),
    judgeCommand(),
    recommendCommand(),
    trainCommand(),
    compareCommand(),
    predictCommand(),
    downloadCommand(),
    applyCommand(),
    previewCommand(),
    exportCommand(),
    checkCommand(),
    reportCommand(),
    doctorCommand(),
  ])
    root.addCommand(command.exitOverride().showSuggestionAfterError());
  return root;
}
