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

/** `predict RUN IMAGES...`: predictions of a trained network. */
export function predictCommand(): Command {
  return new Command('predict')
    .description('predict classes and probabilities with a trained network')
    .argument('<run>', 'folder of a `train` run')
    .argument('<images...>', 'image files, or folders of them')
    .option('--top <n>', 'number of classes per image', number, 3)
    .option('--out <dir>', 'folder for masks and overlays (default: in the run)')
    .option('--json', 'one JSON object per line')
    .option('--device <name>', 'auto, cpu, cuda or mps')
    .addOption(
      new Option(
        '--on-bad-file <how>',
        'what to do with a file that is not an image (default: stop)',
      ).choices(['stop', 'skip']),
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
  const onWarning = (message: string): void => console.error(`warning: ${message}`);
  const options = { run, images, top, out, device, onWarning };
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
