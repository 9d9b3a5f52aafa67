import { Command } from 'commander';

/** `report RUN`: the page of a run, rebuilt from its folder alone. */
export function reportCommand(): Command {
  return new Command('report')
    .description('rebuild the report of a run')
    .argument('<run>', 'run folder')
    .action(async (run: string) => {
      const { buildReport } = await import('../../report/index.js');
      console.log(await buildReport(run));
    });
}
