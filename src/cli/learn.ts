import { Command, Option } from 'commander';
import {
  formatDuration,
  presets,
  readLearnConfig,
  resolveLearnConfig,
  runFiles,
  type LearnConfig,
  type LearnInput,
} from '../config/index.js';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildReport } from '../report/index.js';
import { interruptible } from './interruptible.js';
import { number, override } from './options.js';
import { showEvents } from './progress.js';
import { verdictTable } from './verdict-table.js';

interface Flags {
  out?: string;
  config?: string;
  preset?: string;
  budget?: string;
  epochs?: number;
  batch?: number;
  lr?: number;
  model?: string;
  size?: string;
  seed?: number;
  device?: string;
  threads?: number;
  workers?: number;
  rule?: string;
  onBadFile?: string;
  resume?: boolean;
  overwrite?: boolean;
}

/** `learn DATA`: which augmentations are safe. */
export function learnCommand(): Command {
  return new Command('learn')
    .description('learn from the images which augmentations are safe')
    .argument('<data>', 'folder of images, or KIND:DIR')
    .option('--out <dir>', 'run folder (default: runs/ and the name of the data)')
    .option('--config <file>', 'settings as YAML or JSON (docs/config.md)')
    .addOption(new Option('--preset <name>', 'group of settings').choices(Object.keys(presets)))
    .option('--budget <time>', 'time for the run, e.g. 20m or 1h30m; epochs are chosen to fit')
    .option('--epochs <n>', 'passes over the training images, at most', number)
    .option('--batch <n>', 'images a step', number)
    .option('--lr <rate>', 'learning rate', number)
    .option('--model <name>', 'resnet-small or densenet121, 169, 201, 161')
    .option('--size <pixels>', 'resize every image, e.g. 64 or 48x64 (height x width)')
    .option('--seed <n>', 'fixes every random choice', number)
    .option('--device <name>', 'auto, cpu, cuda or mps')
    .option('--threads <n>', 'threads of the tensor library', number)
    .option('--workers <n>', 'threads that decode and augment', number)
    .option('--rule <name>', 'equivalence (default) or thesis (needs thresholds in --config)')
    .option('--on-bad-file <how>', 'stop (default) or skip: a broken file')
    .option('--resume', 'go on with the interrupted run in --out')
    .option('--overwrite', 'replace the run in --out')
    .action((data: string, flags: Flags) => learn(configOf(data, flags)));
}

function configOf(data: string, flags: Flags): LearnConfig {
  const { config: file, preset, model, lr, ...rest } = flags;
  const given: Record<string, unknown> = { data, ...rest };
  if (model !== undefined) given.model = { name: model };
  if (lr !== undefined) given.optimiser = { lr };
  const config = resolveLearnConfig({ file, preset, flags: given as LearnInput });
  const started = join(config.out, runFiles.config);
  if (!config.resume || !existsSync(started)) return config;
  // What makes a run's numbers is fixed when it starts.
  const stored = readLearnConfig(started);
  return {
    ...stored,
    out: config.out,
    resume: true,
    workers: override(flags.workers, stored.workers),
  };
}

async function learn(config: LearnConfig): Promise<void> {
  const { learn: pipeline } = await import('../pipelines/learn.js');
  const show = showEvents();
  const result = await interruptible((signal) =>
    pipeline(config, { onEvent: show.onEvent, signal }),
  ).finally(() => show.end());
  const report = await buildReport(result.out);
  console.log(`\n${verdictTable(result.selection)}\n`);
  console.log(`Done in ${formatDuration(result.seconds)}.`);
  console.log(`Report: ${report}`);
  console.log(`Policy: ${join(result.out, runFiles.policy)}`);
}
