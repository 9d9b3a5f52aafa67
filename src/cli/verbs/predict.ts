import { Command, Option } from 'commander';
import type { UserError } from '../../core/index.js';
import { number } from '../run-options.js';

interface Flags {
  top: number;
  json?: boolean;
  out?: string;
  device?: 'auto' | 'cpu' | 'cuda' | 'mps';
  onBadFile?: 'stop' | 'skip';
}

/** `predict RUN IMAGES...`: what a trained network says of images. */
export function predictCommand(): Command {
  return new Command('predict')
    .description('classes and probabilities of images, by a trained network')
    .argument('<run>', 'run folder of a train')
    .argument('<images...>', 'image files, or folders of them')
    .option('--top <n>', 'classes named for each image', number, 3)
    .option('--out <dir>', 'folder for masks and overlays (default: in the run)')
    .option('--json', 'a JSON object a line, for programs')
    .option('--device <name>', 'auto, cpu, cuda or mps')
    .addOption(
      new Option('--on-bad-file <how>', 'a file that is no image (default: stop)').choices([
        'stop',
        'skip',
      ]),
    )
    .action(predictImages);
}

async function predictImages(run: string, images: string[], flags: Flags): Promise<void> {
  const { top, json, onBadFile, out, device } = flags;
  const { predictWithText } = await import('../../commands/predict.js');
  let predicted = 0;
  let first: UserError | undefined;
  const skip = (error: UserError): void => {
    first ??= error;
    console.error(`skipped: ${error.problem.where}: ${error.summary}`);
  };
  const options = { run, images, top, out, device };
  for await (const { prediction, text } of predictWithText({
    ...options,
    ...(onBadFile === 'skip' && { onBadFile: skip }),
  })) {
    predicted++;
    console.log(json ? JSON.stringify(prediction) : text);
  }
  // Not one was an image: that is what was wrong.
  if (predicted === 0 && first !== undefined) throw first;
}
