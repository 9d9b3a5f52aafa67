import { Command } from 'commander';

/** `arm RUN TASK`: one training of a comparison, for the processes and jobs that `compare` starts. */
export function armCommand(): Command {
  return new Command('arm')
    .description('train one arm of a comparison (what compare starts in other processes)')
    .argument('<run>', 'folder of the comparison')
    .argument('<task>', 'which training, e.g. all+safe@1')
    .action(async (run: string, task: string) => {
      const [{ trainArm }, { interruptible }, { showEvents }] = await Promise.all([
        import('../commands/compare/arm.js'),
        import('./interruptible.js'),
        import('./progress.js'),
      ]);
      const show = showEvents();
      await interruptible((signal) =>
        trainArm(run, task, { onEvent: show.onEvent, signal }),
      ).finally(() => show.end());
    });
}
