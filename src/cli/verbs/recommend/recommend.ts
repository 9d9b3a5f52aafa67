import { Command } from 'commander';
import { jsonOption, printJson } from '../../json.js';
import { number } from '../../run-options.js';

interface Flags {
  budget?: string;
  epochs?: number;
  json?: boolean;
}

/** `recommend RUN`: what to train with, for how long, and what to expect of it. */
export function recommendCommand(): Command {
  return jsonOption(
    new Command('recommend')
      .description('say what to train with, in which phases, and what gain to expect')
      .argument('<run>', 'folder of a finished `learn` or `judge` run')
      .option('--budget <time>', 'time that you have for training, e.g. 20m or 1h30m')
      .option('--epochs <n>', 'number of epochs instead', number),
  ).action(async (run: string, { budget, epochs, json }: Flags) => {
    const [{ recommendRun }, { recommendText }, { typed }] = await Promise.all([
      import('../../../commands/recommend/recommend-run.js'),
      import('./recommend-text.js'),
      import('../../outcome.js'),
    ]);
    const found = recommendRun({ run, budget, epochs });
    const result = { ...found, command: typed(found.command) };
    if (json) printJson(result);
    else console.log(recommendText(result));
  });
}
