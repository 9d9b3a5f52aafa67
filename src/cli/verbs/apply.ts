import { Command } from 'commander';
import { jsonOption, printJson } from '../json.js';
import { number } from '../run-options.js';

interface Flags {
  transform: string;
  params?: string;
  options?: string;
  seed: number;
  mask?: string[];
  maskFill?: number;
  json?: boolean;
}

/** `apply`: one transform on one image. */
export function applyCommand(): Command {
  return jsonOption(new Command('apply'))
    .description('apply one augmentation to one image')
    .argument('<in>', 'image file')
    .argument('<out>', 'PNG to write')
    .requiredOption('--transform <name>', 'name of the augmentation, e.g. RandomCrop')
    .option('--params <json>', 'fixed parameters (default: drawn from --seed)')
    .option('--options <json>', 'ranges from which parameters are drawn')
    .option('--seed <n>', 'seed for drawing parameters', number, 0)
    .option('--mask <files...>', 'also transform a mask: IN OUT (PNG of class indices)')
    .option('--mask-fill <index>', 'label outside the image (default: reflect the mask)', number)
    .action(async (from: string, to: string, flags: Flags) => {
      const { applyFile } = await import('../../commands/apply.js');
      const params = await applyFile({ from, to, ...flags });
      printJson(flags.json ? { file: to, params } : params);
    });
}
