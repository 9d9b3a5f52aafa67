import { Command } from 'commander';

/** `download NAME DIR`: an official data set. */
export function downloadCommand(): Command {
  return new Command('download')
    .description('fetch an official data set, verified and unpacked')
    .argument('<name>', 'cifar10, cifar100, svhn or tiny-imagenet')
    .argument('<dir>', 'folder to put it into')
    .action(async (name: string, folder: string) => {
      const [{ downloadDataset }, { interruptible }, { showEvents }] = await Promise.all([
        import('../commands/download.js'),
        import('./interruptible.js'),
        import('./progress.js'),
      ]);
      const show = showEvents();
      const spec = await interruptible((signal) =>
        downloadDataset(name, folder, { onEvent: show.onEvent, signal }),
      ).finally(() => show.end());
      console.log(`Ready: ${spec}`);
    });
}
