import { Command } from 'commander';
import { jsonOption, printJson } from '../json.js';
import { withProgress } from '../with-progress.js';

/** `download NAME DIR`: an official data set. */
export function downloadCommand(): Command {
  return jsonOption(new Command('download'))
    .description('download, verify and unpack an official data set')
    .argument('<name>', 'cifar10, cifar100, svhn or tiny-imagenet')
    .argument('<dir>', 'target folder')
    .action(async (name: string, folder: string, form: { json?: boolean }) => {
      const { downloadDataset } = await import('../../commands/download.js');
      const spec = await withProgress((hooks) => downloadDataset(name, folder, hooks), form);
      if (form.json) printJson({ data: spec });
      else console.log(`Ready: ${spec}`);
    });
}
