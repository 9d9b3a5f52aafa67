import { Command } from 'commander';
import type { MaskPrediction } from '../pipelines/predict-masks.js';
import type { Prediction } from '../pipelines/predict.js';
import { number } from './options.js';

interface Flags {
  top: number;
  json?: boolean;
  out?: string;
  device?: 'auto' | 'cpu' | 'cuda' | 'mps';
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
    .action(async (run: string, images: string[], { top, json, out, device }: Flags) => {
      const { predict } = await import('../pipelines/predict.js');
      for await (const prediction of predict({ run, images, top, out, device })) {
        console.log(json ? JSON.stringify(prediction) : lineOf(prediction, top));
      }
    });
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
