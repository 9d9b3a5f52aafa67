import { Command } from 'commander';
import { number } from './options.js';

interface Flags {
  out?: string;
  overwrite?: boolean;
  threads?: number;
  workers?: number;
}

/** `judge RUN DATA`: verdicts for other images, without training. */
export function judgeCommand(): Command {
  return new Command('judge')
    .description('verdicts for other images from a network that has been trained')
    .argument('<run>', 'run folder of a finished learn')
    .argument('<data>', 'folder of images, or KIND:DIR')
    .option('--out <dir>', 'folder for the verdicts (default: runs/judged-NAME)')
    .option('--overwrite', 'replace what is in --out')
    .option('--threads <n>', 'threads of the tensor library', number)
    .option('--workers <n>', 'threads that decode and augment; never changes results', number)
    .action(async (run: string, data: string, flags: Flags) => {
      const [{ judgeRun }, { buildReport }, { interruptible }, { showEvents }, { showOutcome }] =
        await Promise.all([
          import('../commands/judge.js'),
          import('../report/index.js'),
          import('./interruptible.js'),
          import('./progress.js'),
          import('./outcome.js'),
        ]);
      const { dataName } = await import('../config/index.js');
      const out = flags.out ?? `runs/judged-${dataName(data) || 'data'}`;
      const { overwrite = false, threads, workers } = flags;
      const show = showEvents();
      const result = await interruptible((signal) =>
        judgeRun(
          { run, data, out, overwrite, threads, workers },
          { onEvent: show.onEvent, signal },
        ),
      ).finally(() => show.end());
      showOutcome(result, await buildReport(result.out));
    });
}
