import { Command } from 'commander';
import { jsonOption, printJson } from '../json.js';
import { maskLabels, maskOptions } from '../mask-options.js';
import { number } from '../run-options.js';

interface Flags {
  out: string;
  columns: number;
  seed: number;
  size?: string;
  transform?: string[];
  maskValues?: string;
  resizeMasks?: boolean;
  json?: boolean;
}

/** `preview DATA`: what the augmentations do to the user's own images. */
export function previewCommand(): Command {
  return jsonOption(new Command('preview'))
    .description('draw a sheet of every augmentation applied to your images')
    .argument('<data>', 'folder of images, .npz file, or KIND:DIR')
    .option('--out <file>', 'PNG to write', 'sheet.png')
    .option('--columns <n>', 'images per row', number, 8)
    .option('--seed <n>', 'seed for images and parameters', number, 0)
    .option(
      '--transform <names...>',
      'only these augmentations, baselines such as standard, or all of a set: wide',
    )
    .option('--size <pixels>', 'resize every image first, e.g. 64 or 48x64')
    .addOption(maskOptions.values())
    .addOption(maskOptions.resize())
    .action(async (data: string, flags: Flags) => {
      const { preview } = await import('../../commands/preview.js');
      const file = await preview({ data, ...flags, labels: maskLabels(flags) });
      if (flags.json) printJson({ file });
      else console.log(file);
    });
}
