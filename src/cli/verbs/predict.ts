import { Command, Option } from 'commander';
import type { MaskPrediction } from '../../commands/predict-masks.js';
import type { Prediction } from '../../commands/predict.js';
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
    .option('--out <dir>', 'segmentation: folder for masks and overlays (default: in the run)')
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
  const { predict } = await import('../../commands/predict.js');
  let predicted = 0;
  let first: UserError | undefined;
  const skip = (error: UserError): void => {
    first ??= error;
    console.error(`skipped: ${error.problem.where}: ${error.summary}`);
  };
  const options = { run, images, top, out, device };
  for await (const prediction of predict({
    ...options,
    ...(onBadFile === 'skip' && { onBadFile: skip }),
  })) {
    predicted++;
    console.log(json ? JSON.stringify(prediction) : lineOf(prediction, top));
  }
  // Not one was an image: that is what was wrong.
  if (predicted === 0 && first !== undefined) throw first;
}

/** Classes with their probabilities, or the mask with its largest classes. */
function lineOf(prediction: Prediction | MaskPrediction, top: number): string {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  if (!('mask' in prediction)) {
    const shown = prediction.classes.map((c) => `${c.name} ${percent(c.probability)}`);
    return `${prediction.file}: ${shown.join(', ')}`;
  }
  const shown = prediction.classes.slice(0, top).map((c) => `${c.name} ${percent(c.share)}`);
  return `${prediction.file}: ${prediction.mask} (${shown.join(', ')})`;
}
