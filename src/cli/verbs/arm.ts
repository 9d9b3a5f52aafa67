import { Command } from 'commander';
import { withProgress } from '../with-progress.js';

/** `arm RUN TASK`: one training of a comparison, for the processes and jobs that `compare` starts. */
export function armCommand(): Command {
  return new Command('arm')
    .description('train one arm of a comparison (used by compare)')
    .argument('<run>', 'folder of the comparison')
    .argument('<task>', 'training to run, e.g. all+safe@1')
    .action(async (run: string, task: string) => {
      const { trainArmNamed } = await import('../../commands/compare/train-arm.js');
      await withProgress((hooks) => trainArmNamed(run, task, hooks));
    });
}
