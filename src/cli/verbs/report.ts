import { Command } from 'commander';

/** `report RUN`: the page of a run, rebuilt from its folder alone. */
export function reportCommand(): Command {
  return new Command('report')
    .description('rebuild the report of a run')
    .argument('<run>', 'run folder')
    .action(async (run: string) => {
      const [{ buildReport }, { sweepUnlessInUse }] = await Promise.all([
        import('../../report/index.js'),
        import('../../run/folder/own-files.js'),
      ]);
      const page = await buildReport(run);
      sweepUnlessInUse(run);
      console.log(page);
    });
}
