import { Command } from 'commander';
import { number } from './options.js';

interface Flags {
  top: number;
  json?: boolean;
  device?: 'auto' | 'cpu' | 'cuda' | 'mps';
}

/** `predict RUN IMAGES...`: what a trained network says of images. */
export function predictCommand(): Command {
  return new Command('predict')
    .description('classes and probabilities of images, by a trained network')
    .argument('<run>', 'run folder of a train')
    .argument('<images...>', 'image files, or folders of them')
    .option('--top <n>', 'classes named for each image', number, 3)
    .option('--json', 'a JSON object a line, for programs')
    .option('--device <name>', 'auto, cpu, cuda or mps')
    .action(async (run: string, images: string[], { top, json, device }: Flags) => {
      const { predict } = await import('../pipelines/predict.js');
      for await (const prediction of predict({ run, images, top, device })) {
        const { file, classes } = prediction;
        const shown = classes.map((c) => `${c.name} ${(100 * c.probability).toFixed(1)} %`);
        console.log(json ? JSON.stringify(prediction) : `${file}: ${shown.join(', ')}`);
      }
    });
}
