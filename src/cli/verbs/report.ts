import { Command } from 'commander';
import { jsonOption, printJson } from '../json.js';

/** `report RUN`: the page of a run, rebuilt from its folder alone. */
export function reportCommand(): Command {
  return jsonOption(new Command('report'))
    .description('rebuild the report of a run')
    .argument('<run>', 'run folder')
    .action(async (run: string, { json }: { json?: boolean }) => {
      const [{ buildReport }, { sweepUnlessInUse }] = await Promise.all([
        import('../../report/index.js'),
        import('../../run/folder/own-files.js'),
      ]);
      const page = await buildReport(run);
      sweepUnlessInUse(run);
      if (json) printJson({ report: page });
      else console.log(page);
    });
}
