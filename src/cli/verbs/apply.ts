import { Command } from 'commander';
import { number } from '../run-options.js';

interface Flags {
  transform: string;
  params?: string;
  options?: string;
  seed: number;
  mask?: string[];
  maskFill?: number;
}

/** `apply`: one transform on one image. */
export function applyCommand(): Command {
  return new Command('apply')
    .description('apply one augmentation to one image')
    .argument('<in>', 'image file')
    .argument('<out>', 'PNG to write')
    .requiredOption('--transform <name>', 'name of the augmentation, e.g. RandomCrop')
    .option('--params <json>', 'its drawn parameters; left out, they are drawn from --seed')
    .option('--options <json>', 'its options, from which parameters are drawn')
    .option('--seed <n>', 'for drawing parameters', number, 0)
    .option('--mask <files...>', 'a mask to move along: IN OUT (PNG of class indices)')
    .option(
      '--mask-fill <index>',
      "the mask's label outside the image (reflected if left out)",
      number,
    )
    .action(async (from: string, to: string, flags: Flags) => {
      const { applyFile } = await import('../../commands/apply.js');
      const params = await applyFile({ from, to, ...flags });
      console.log(JSON.stringify(params));
    });
}
