import { Command } from 'commander';
import { applyCommand } from './apply.js';
import { armCommand } from './arm.js';
import { compareCommand } from './compare.js';
import { downloadCommand } from './download.js';
import { exportCommand } from './export.js';
import { judgeCommand } from './judge.js';
import { learnCommand } from './learn.js';
import { previewCommand } from './preview.js';
import { reportCommand } from './report.js';
import { packageFacts } from '../core/index.js';
import { predictCommand } from './predict.js';
import { trainCommand } from './train.js';

/** The command line: one file a command. */
export function program(): Command {
  const { version, description } = packageFacts();
  const root = new Command('safe-augment')
    .description(description)
    .version(version)
    .exitOverride()
    .showSuggestionAfterError()
    .showHelpAfterError('(--help lists commands and options)')
    .addHelpText(
      'after',
      `
DATA is a folder whose kind is recognised, or KIND:DIR
  folder:photos        class folders, with or without train/val/test
  cifar10:DIR, cifar100:DIR, svhn:DIR, tiny-imagenet:DIR

Examples
  safe-augment learn photos --budget 20m
  safe-augment judge runs/photos other-photos
  safe-augment learn photos other-photos --out runs/both
  safe-augment train photos --policy safe-v2 --from runs/photos
  safe-augment compare photos --from runs/photos --budget 2h
  safe-augment preview photos --out sheet.png
  safe-augment export runs/photos --format albumentations`,
    );
  for (const command of [
    learnCommand(),
    judgeCommand(),
    trainCommand(),
    compareCommand(),
    predictCommand(),
    downloadCommand(),
    applyCommand(),
    previewCommand(),
    exportCommand(),
    reportCommand(),
  ])
    root.addCommand(command.exitOverride().showSuggestionAfterError());
  root.addCommand(armCommand().exitOverride(), { hidden: true });
  return root;
}
