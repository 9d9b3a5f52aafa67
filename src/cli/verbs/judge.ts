import { Command } from 'commander';
import { maskLabels, maskOptions } from '../mask-options.js';
import { number, resultOptions } from '../run-options.js';
import { withProgress } from '../with-progress.js';

interface Flags {
  out?: string;
  overwrite?: boolean;
  maskValues?: string;
  resizeMasks?: boolean;
  groupBy?: string;
  threads?: number;
  workers?: number;
  json?: boolean;
  details?: boolean;
}

/** `judge RUN DATA`: verdicts for other images, without training. */
export function judgeCommand(): Command {
  const command = new Command('judge')
    .description('judge other images with a trained network')
    .argument('<run>', 'folder of a finished `learn` run')
    .argument('<data>', 'folder of images, .npz file, or KIND:DIR')
    .option('--out <dir>', 'folder for the verdicts (default: runs/judged-NAME)')
    .option('--overwrite', 'replace the contents of --out')
    .addOption(maskOptions.values())
    .addOption(maskOptions.resize())
    .option('--group-by <pattern>', "images that belong together, e.g. '{track}_*.png'")
    .option('--threads <n>', 'threads of the tensor library', number)
    .option(
      '--workers <n>',
      'threads that decode and augment; results do not depend on it',
      number,
    );
  resultOptions(command);
  return command.action(async (run: string, data: string, flags: Flags) => {
    // Loaded here, as in every verb, so that --help and mistakes in the command line answer at once.
    const [{ dataName }, { judgeRun }, { buildReport }, { showLearned }] = await Promise.all([
      import('../../config/index.js'),
      import('../../commands/judge.js'),
      import('../../report/index.js'),
      import('../outcome.js'),
    ]);
    const out = flags.out ?? `runs/judged-${dataName(data) || 'data'}`;
    const { overwrite = false, groupBy, threads, workers } = flags;
    const labels = maskLabels(flags);
    const options = { run, data, out, overwrite, labels, groupBy, threads, workers };
    const result = await withProgress((hooks) => judgeRun(options, hooks), flags);
    showLearned(result, await buildReport(result.out), flags);
  });
}
