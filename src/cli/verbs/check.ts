import { Command } from 'commander';
import { recipeIds } from '../../recipes/index.js';
import { EndsWith } from '../ends-with.js';

interface Flags {
  recipe: string[];
  json?: boolean;
}

/** `check RUN --recipe TOOL`: what a tool does by default, beside the verdicts of a run. */
export function checkCommand(): Command {
  return new Command('check')
    .description('set what a training tool does by default beside the verdicts of a run')
    .argument('<run>', 'folder of a finished `learn` or `judge` run')
    .requiredOption(
      '--recipe <name>',
      `${recipeIds.join(', ')}, or a file; may be given several times`,
      (given: string, before: string[] = []) => [...before, given],
    )
    .option('--json', 'everything as one JSON object')
    .addHelpText(
      'after',
      '\nExit code 1 where something that is on by default breaks labels, 2 where the command is wrong, otherwise 0.',
    )
    .action(async (run: string, { recipe, json }: Flags) => {
      const [{ checkRun }, { checkText }] = await Promise.all([
        import('../../commands/check/check.js'),
        import('../check-text.js'),
      ]);
      const result = checkRun({ run, recipes: recipe });
      console.log(json ? JSON.stringify(result, null, 2) : checkText(result));
      if (result.breaks) throw new EndsWith(1);
    });
}
